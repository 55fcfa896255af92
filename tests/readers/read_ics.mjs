// Reads a calendar file on standard input and prints as JSON what ical.js understood of it.
// ical.js is the engine of Thunderbird and Nextcloud: what it misses, their users miss.
import ICAL from "ical.js";

let source = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  source += chunk;
}

const calendar = new ICAL.Component(ICAL.parse(source));

const person = (property) =>
  property && {
    address: property.getFirstValue(),
    name: property.getParameter("cn") ?? null,
    partstat: property.getParameter("partstat") ?? null,
    rsvp: property.getParameter("rsvp") ?? null,
  };

const entry = (component) => {
  const event = new ICAL.Event(component);
  const conference = component.getFirstProperty("conference");
  return {
    uid: event.uid,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    title: event.summary,
    description: event.description,
    location: event.location,
    url: component.getFirstPropertyValue("url"),
    starts_at: event.startDate.toJSDate().toISOString(),
    ends_at: event.endDate.toJSDate().toISOString(),
    organiser: person(component.getFirstProperty("organizer")),
    attendees: component.getAllProperties("attendee").map(person),
    conference: conference && {
      address: conference.getFirstValue(),
      features: conference.getParameter("feature"),
      label: conference.getParameter("label"),
    },
    alarms: component.getAllSubcomponents("valarm").map((alarm) => ({
      action: alarm.getFirstPropertyValue("action"),
      seconds: alarm.getFirstPropertyValue("trigger").toSeconds(),
    })),
  };
};

const refresh = calendar.getFirstProperty("refresh-interval");
const understood = {
  method: calendar.getFirstPropertyValue("method"),
  name: calendar.getFirstPropertyValue("name"),
  refresh_seconds: refresh ? refresh.getFirstValue().toSeconds() : null,
  source: calendar.getFirstPropertyValue("source"),
  entries: calendar.getAllSubcomponents("vevent").map(entry),
};

process.stdout.write(JSON.stringify(understood));
