"""What each provider's webhook looks like: the shapes of their references, as far as anymail reads them."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AT = 1_801_000_000  # 26 January 2027, in seconds
SECRET = "portal:a-shared-secret-of-enough-length"
POSTAL = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = POSTAL.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
KEYS = {
    "POSTAL_WEBHOOK_KEY": "".join(_PEM.decode().splitlines()[1:-1]),
    "MAILERSEND_SIGNING_SECRET": "mailersend-secret",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "mailgun-secret",
    "MANDRILL_WEBHOOK_KEY": "mandrill-secret",
    "UNISENDER_GO_API_KEY": "unisender-secret",
}
URL = "/webhooks/anymail/{path}/"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One webhook call, ready to be sent."""

    path: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def _json(path: str, said: Any, **headers: str) -> Call:
    return Call(path=path, body=json.dumps(said).encode(), headers=headers)


def amazon_ses(what: str, key: str, to: str) -> Call:
    inner = {
        "delivered": {"eventType": "Delivery", "delivery": {"recipients": [to], "smtpResponse": "250 ok"}},
        "bounced": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": to, "diagnosticCode": f"550 no {to} here"}],
            },
        },
        "full": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Transient",
                "bounceSubType": "MailboxFull",
                "bouncedRecipients": [{"emailAddress": to}],
            },
        },
        "complained": {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": to}]}},
    }[what]
    mail = {
        "messageId": "ses-1",
        "timestamp": "2027-01-26T09:33:20.000Z",
        "destination": [to],
        "headers": [{"name": "X-Metadata", "value": json.dumps({"message": key})}],
    }
    sns_id = str(uuid.uuid5(uuid.NAMESPACE_URL, what + key))
    said = {
        "Type": "Notification",
        "MessageId": sns_id,
        "Timestamp": "2027-01-26T09:33:21.000Z",
        "Message": json.dumps(inner | {"mail": mail}),
    }
    return _json(
        "amazon_ses/tracking",
        said,
        **{"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": sns_id},
    )


def brevo(what: str, key: str, to: str) -> Call:
    event = {"delivered": "delivered", "bounced": "hard_bounce", "full": "soft_bounce", "complained": "spam"}[what]
    return _json(
        "brevo/tracking",
        {
            "event": event,
            "email": to,
            "message-id": "<brevo-1>",
            "ts_epoch": AT * 1000,
            "reason": f"550 {to}",
            "X-Mailin-custom": json.dumps({"message": key}),
        },
    )


def mailersend(what: str, key: str, to: str) -> Call:
    """It has no metadata: our Message-ID is not told either, so the report names its own id alone."""
    kind = {
        "delivered": "delivered",
        "bounced": "hard_bounced",
        "full": "soft_bounced",
        "complained": "spam_complaint",
    }[what]
    morph = {"object": "recipient_bounce", "reason": "no such user"} if what in {"bounced", "full"} else None
    said = {
        "type": f"activity.{kind}",
        "data": {
            "type": kind,
            "id": f"ms-{what}",
            "created_at": "2027-01-26T09:33:20Z",
            "morph": morph,
            "email": {"message": {"id": f"known-to-provider-{key}"}, "recipient": {"email": to}},
        },
    }
    body = json.dumps(said).encode()
    signature = hmac.new(KEYS["MAILERSEND_SIGNING_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return Call(path="mailersend/tracking", body=body, headers={"Signature": signature})


def mailgun(what: str, key: str, to: str) -> Call:
    event = {"delivered": "delivered", "bounced": "failed", "full": "failed", "complained": "complained"}[what]
    token = hashlib.sha256((what + key).encode()).hexdigest()
    signature = hmac.new(KEYS["MAILGUN_WEBHOOK_SIGNING_KEY"].encode(), f"{AT}{token}".encode(), hashlib.sha256)
    data = {
        "event": event,
        "timestamp": AT,
        "recipient": to,
        "message": {"headers": {"message-id": f"{key}@portal.example.org"}},
        "user-variables": {"message": key},
    }
    if event == "failed":
        data |= {"severity": "permanent" if what == "bounced" else "temporary", "reason": "bounce"}
        data["delivery-status"] = {"message": f"5.1.1 {to} unknown"}
    said = {
        "signature": {"token": token, "timestamp": str(AT), "signature": signature.hexdigest()},
        "event-data": data,
    }
    return _json("mailgun/tracking", said)


def mailjet(what: str, key: str, to: str) -> Call:
    event = {"delivered": "sent", "bounced": "bounce", "full": "bounce", "complained": "spam"}[what]
    said: dict[str, Any] = {"event": event, "time": AT, "MessageID": 19_421, "email": to}
    if event == "bounce":
        said |= {"error": "user unknown" if what == "bounced" else "quota exceeded", "hard_bounce": what == "bounced"}
    return _json("mailjet/tracking", [said | {"Payload": json.dumps({"message": key})}])


def mailtrap(what: str, key: str, to: str) -> Call:
    event = {"delivered": "delivery", "bounced": "bounce", "full": "soft bounce", "complained": "spam"}[what]
    said = {
        "event": event,
        "timestamp": AT,
        "message_id": "mt-1",
        "event_id": f"mt-{what}",
        "email": to,
        "custom_variables": {"message": key},
    }
    return _json("mailtrap/tracking", {"events": [said]})


def mandrill(what: str, key: str, to: str) -> Call:
    event = {"delivered": "send", "bounced": "hard_bounce", "full": "soft_bounce", "complained": "spam"}[what]
    message = {"email": to, "metadata": {"message": key}, "diag": f"550 {to}"}
    said = json.dumps([{"event": event, "ts": AT, "_id": "md-1", "msg": message}])
    user, _, password = SECRET.partition(":")
    signed = f"http://{user}:{password}@testserver/webhooks/anymail/mandrill/mandrill_events{said}"
    digest = hmac.new(KEYS["MANDRILL_WEBHOOK_KEY"].encode(), signed.encode(), hashlib.sha1).digest()
    return Call(
        path="mandrill",
        body=urlencode({"mandrill_events": said}).encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Mandrill-Signature": base64.b64encode(digest).decode()},
    )


def postal(what: str, key: str, to: str) -> Call:
    """It has no metadata: its own id of the mail is all that it names."""
    message = {"id": f"known-to-provider-{key}", "to": to, "direction": "outgoing"}
    payload: dict[str, Any] = {"message": message, "output": f"550 {to}"}
    if what == "bounced":
        payload = {"original_message": message, "bounce": {"id": 7}}
    else:
        payload["status"] = {"delivered": "Sent", "full": "SoftFail"}[what]
    body = json.dumps({"timestamp": AT, "uuid": f"po-{what}-{key}", "payload": payload}).encode()
    signature = POSTAL.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 (Postal's choice)
    return Call(path="postal/tracking", body=body, headers={"X-Postal-Signature": base64.b64encode(signature).decode()})


def postmark(what: str, key: str, to: str) -> Call:
    said: dict[str, Any] = {"MessageID": "pm-1", "Metadata": {"message": key}}
    said |= {
        "delivered": {"RecordType": "Delivery", "Recipient": to, "DeliveredAt": "2027-01-26T09:33:20Z"},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "Email": to, "ID": 1},
        "full": {"RecordType": "Bounce", "Type": "SoftBounce", "Email": to, "ID": 2},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": to, "ID": 3},
    }[what]
    if what != "delivered":
        said["BouncedAt"] = "2027-01-26T09:33:20Z"
    return _json("postmark/tracking", said)


def resend(what: str, key: str, to: str) -> Call:
    kind = {"delivered": "delivered", "bounced": "bounced", "full": "bounced", "complained": "complained"}[what]
    data: dict[str, Any] = {
        "email_id": "re-1",
        "to": [to],
        "headers": [{"name": "X-Metadata", "value": json.dumps({"message": key})}],
    }
    if kind == "bounced":
        data["bounce"] = {
            "type": "Permanent" if what == "bounced" else "Transient",
            "message": "has a bounce message",
        }
    said = {"type": f"email.{kind}", "created_at": "2027-01-26T09:33:20.000Z", "data": data}
    return _json("resend/tracking", said, **{"svix-id": f"msg-{what}-{key}"})


def sendgrid(what: str, key: str, to: str) -> Call:
    event = {"delivered": "delivered", "bounced": "bounce", "full": "deferred", "complained": "spamreport"}[what]
    said: dict[str, Any] = {
        "event": event,
        "timestamp": AT,
        "email": to,
        "sg_event_id": f"sg-{what}-{key}",
        "smtp-id": "<sg-1>",
        "message": key,
    }
    if event == "bounce":
        said |= {"type": "bounce", "status": "5.1.1", "reason": f"550 {to} unknown"}
    return _json("sendgrid/tracking", [said])


def sparkpost(what: str, key: str, to: str) -> Call:
    event = {"delivered": "delivery", "bounced": "bounce", "full": "bounce", "complained": "spam_complaint"}[what]
    said: dict[str, Any] = {
        "type": event,
        "timestamp": str(AT),
        "event_id": f"sp-{what}-{key}",
        "transmission_id": "sp-1",
        "raw_rcpt_to": to,
        "rcpt_meta": {"message": key},
    }
    if event == "bounce":
        said["bounce_class"] = "10" if what == "bounced" else "22"
    return _json("sparkpost/tracking", [{"msys": {"message_event": said}}])


def unisender_go(what: str, key: str, to: str) -> Call:
    status = {"delivered": "delivered", "bounced": "hard_bounced", "full": "soft_bounced", "complained": "spam"}[what]
    data = {
        "status": status,
        "event_time": "2027-01-26 09:33:20",
        "email": to,
        "job_id": "ug-1",
        "metadata": {"message": key},
        "delivery_info": {},
    }
    event = {"event_name": "transactional_email_status", "event_data": data}
    body = json.dumps({"auth": "AUTH", "events_by_user": [{"events": [event]}]}).encode()
    auth = hashlib.md5(body.replace(b"AUTH", KEYS["UNISENDER_GO_API_KEY"].encode())).hexdigest()  # noqa: S324
    return Call(path="unisender_go/tracking", body=body.replace(b"AUTH", auth.encode()))


PROVIDERS: dict[str, Callable[[str, str, str], Call]] = {
    make.__name__: make
    for make in (
        amazon_ses,
        brevo,
        mailersend,
        mailgun,
        mailjet,
        mailtrap,
        mandrill,
        postal,
        postmark,
        resend,
        sendgrid,
        sparkpost,
        unisender_go,
    )
}
