import time, pytest
from collections import Counter
import tests.crash as c
from events.outbox.models import Message
from tests.events.outbox.test_crash import *
def test_zz(mail_due, tmp_path, monkeypatch):
    mail_due(200)
    T=time.time()
    o=c._kill_soon
    def ks(w,*a):
        t=time.time(); r=o(w,*a)
        c.connection.close()
        print(f"{time.time()-T:.2f} kill_soon {time.time()-t:.2f} {r}"); return r
    monkeypatch.setattr(c,"_kill_soon",ks)
    u=c._unsettled
    def us():
        r=u(); print(f"{time.time()-T:.2f}", Counter(Message.objects.values_list("state",flat=True))); c.connection.close(); return r
    monkeypatch.setattr(c,"_unsettled",us)
    kill_again_and_again(maildir=tmp_path, seed=20270308)
    assert 0
