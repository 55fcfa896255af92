"""The demo's career stories. Told by role, put together from what people say of such work: nobody's own words. Data, no Django."""

from dataclasses import dataclass
from datetime import time
from typing import Any

Block = tuple[str, Any]


def p(*paragraphs: str) -> Block:
    """Return paragraphs."""
    return "paragraph", "".join(f"<p>{text}</p>" for text in paragraphs)


def h(text: str) -> Block:
    """Return a heading."""
    return "heading", text


def quote(text: str, attribution: str) -> Block:
    """Return a pull quote."""
    return "quote", {"quote": text, "attribution": attribution}


def qa(question: str, answer: str) -> Block:
    """Return a question with its answer."""
    return "question_answer", {"question": question, "answer": f"<p>{answer}</p>"}


def day(heading: str, *rows: tuple[int, int, str]) -> Block:
    """Return a day, hour by hour."""
    return "day", {
        "heading": heading,
        "rows": [{"time": time(hour, minute), "what": what} for hour, minute, what in rows],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStory:
    """One career story, told by role."""

    slug: str
    title: str
    role: str
    team: str
    themes: tuple[str, ...]
    roles: tuple[str, ...]
    introduction: str
    pull_quote: str
    picture: str
    body: tuple[Block, ...]
    events: tuple[str, ...] = ()


STORIES = (
    DemoStory(
        slug="learning-to-ride-at-27",
        title="I had never sat on a horse",
        role="Mounted Branch constable",
        team="Mounted Branch",
        themes=("starting-later", "first-years"),
        roles=("police-constable",),
        events=("saturday-at-the-stables",),
        picture="story-mounted",
        introduction="She joined from a call centre, walked a beat for four years and learned to ride at 27.",
        pull_quote="People talk to you because of the horse. What they tell you is why I do this.",
        body=(
            p(
                "She was good at the call centre. She could hear from the first breath whether somebody needed an answer or "
                "needed a minute. After three years she wanted to see the faces that went with the voices, and applied.",
                "Four years on foot followed, in a borough that she did not know. She learned which shop opens first, who sits "
                "alone in the park, and how to write a report that a court can use.",
                "Then a colleague took her to the stables at Great Scotland Yard on a Sunday. A grey mare looked at her for a "
                "long time and sneezed on her coat. That was it, she says.",
            ),
            h("Learning it all"),
            p(
                "The course takes months, not weeks. You fall. You learn to fall. You learn that a horse knows what you feel "
                "before you do, so you had better be calm, and not only look it.",
                "Nobody expected her to bring riding with her. They looked for patience, for service on the street, and for "
                "somebody who stays polite when it rains sideways.",
            ),
            quote("You cannot pretend to be calm. She notices, and so does the crowd.", "A Mounted Branch constable"),
            day(
                "A day with a Mounted Branch constable",
                (6, 0, "Feeding, mucking out, grooming. Whoever arrives first makes the tea."),
                (7, 30, "Briefing: where we ride, what happened there last night, which roads are dug up."),
                (9, 0, "Out. From up here you see a whole square, and a whole square sees you."),
                (11, 15, "A school class. Most of the questions are about what the horse eats."),
                (13, 0, "Back to the yard: water, hoof check, our own lunch last."),
                (14, 0, "Training with noise, flags and umbrellas, so that none of it is news on a match day."),
                (15, 30, "Reports. Also with hay in the keyboard."),
            ),
            h("What people ask her"),
            qa(
                "What is a match day like?",
                "Loud. The horses keep two crowds apart without anybody being touched. My job is to look bored and see everything.",
            ),
            qa(
                "Do you need to own riding boots?",
                "You need two years of service first, no fear of mud, and the will to be a beginner again. The boots come from us.",
            ),
            p(
                "She still meets people who tell her things that they never told an officer on foot. A woman who walks another way "
                "home since the summer. A boy who is not at school, and why. She writes it down when she is back on the ground.",
            ),
        ),
    ),
    DemoStory(
        slug="the-burglary-nobody-would-solve",
        title="The case that nobody expected me to solve",
        role="Acting detective inspector",
        team="Burglary investigation",
        themes=("family", "leading"),
        roles=("detective-constable",),
        events=("detectives-how-you-get-there", "family-and-flexible-work"),
        picture="story-detective",
        introduction="She came in through a job share, led a team within six years, and still collects her children on Tuesdays.",
        pull_quote="A burglary is never small to the person who comes home to it.",
        body=(
            p(
                "A kitchen drawer was on the floor and a wedding ring was gone. Most people in the street had already decided that "
                "nothing would come of it. She counted the doors from which one could see the back gate. There were forty.",
                "Patience is most of the work: forty doorsteps, hours of footage, one shoe print in a flower bed. On the thirty-first "
                "doorstep a man remembered a van, because it had blocked his bin.",
                "The ring came back eleven weeks later. She drove it there herself. That is not in any procedure, and she would do it again.",
            ),
            quote(
                "You do not solve it by being clever. You solve it by knocking once more.",
                "An acting detective inspector",
            ),
            h("Half a post, a whole detective"),
            p(
                "She shares her post with a colleague. They hand over on Wednesday at noon, in half an hour, in writing. When they were "
                "asked which of them leads, they answered: whoever is there.",
                "It was not her plan to lead. Somebody from the career development service sat down with her, one to one, and asked what "
                "kept her from applying. She had a list. They went through it until it was empty.",
            ),
            h("What people ask her"),
            qa(
                "Do you need a degree to become a detective?",
                "There is a way in with one and a way in without. Both end in the same exam and at the same doorsteps.",
            ),
            qa(
                "How do you leave the cases at work?",
                "I do not always. But the handover note helps: what stands in it is my colleague’s until I am back.",
            ),
            p(
                "On Tuesdays she leaves at three. The team knows, the cases wait or they do not, and on that day somebody else is a good "
                "detective too.",
            ),
        ),
    ),
    DemoStory(
        slug="the-streets-i-grew-up-on",
        title="The streets I grew up on",
        role="Neighbourhood constable",
        team="Safer Neighbourhoods",
        themes=("community", "faith-and-culture"),
        roles=("police-constable", "police-community-support-officer"),
        events=("meet-your-neighbourhood-team",),
        picture="story-neighbourhood",
        introduction="She polices the borough in which she went to school. People know her name before she says it.",
        pull_quote="I am the officer that I did not have when I was fifteen.",
        body=(
            p(
                "Her beat is eleven streets, two schools and a market. She knows which lamp has been out since Monday, and whom to ring "
                "so that it is not out on Friday.",
                "When she told her aunt that she was joining, there was a silence on the phone. Then a question: will they let you be you? "
                "She wears a headscarf that belongs to the uniform. It was there on her first day, in her size.",
            ),
            day(
                "A day with a neighbourhood constable",
                (13, 0, "Briefing. Two bicycles gone, one neighbour missing and found, one new café."),
                (14, 0, "The market. Half an hour for eighty metres, because everybody has a minute for her."),
                (15, 20, "The school gate. Being there every day is the point."),
                (17, 0, "A visit to somebody who was burgled last week. No news, and she says so."),
                (
                    18,
                    30,
                    "Walk & Talk: a woman shows her the way home from the station, and where she starts to walk faster.",
                ),
                (20, 0, "An email about a hedge, a lamp and a camera. It names the lamp by its number."),
                (21, 30, "Last round, on foot. Then the bus, which she also grew up on."),
            ),
            p(
                "The evening walks changed how she looks at streets. From a car, a path is a path. On foot beside somebody who uses it in "
                "November, it is a hedge, a corner, and fifty steps without a window.",
                "Some of those ways have changed since. A hedge is lower, a lamp is brighter. Nobody writes to the paper about a hedge, but "
                "the woman who showed it to her waves now.",
            ),
            quote(
                "They tell me first, and then they tell each other that it is all right to tell me.",
                "A neighbourhood constable",
            ),
            h("What people ask her"),
            qa(
                "Is it hard to police people who know your mother?",
                "It is the reason why it works. I cannot be rude in the morning and buy onions in the afternoon.",
            ),
            qa(
                "Can you pray on a shift?",
                "Yes. There is a room, and a radio that somebody else answers for ten minutes. I do the same for them at Christmas.",
            ),
        ),
    ),
    DemoStory(
        slug="i-read-what-the-numbers-mean",
        title="I read what the numbers mean",
        role="Police staff analyst",
        team="Violent Crime Task Force",
        themes=("starting-later", "community"),
        roles=("police-staff-analyst",),
        picture="story-analyst",
        introduction="She was a maths teacher. Now she shows a task force where to be before it is called.",
        pull_quote="A map with a red dot is not an answer. Somebody lives at the red dot.",
        body=(
            p(
                "For nine years she taught fractions at the end of the Central line. Then a parents’ evening ended with a father who "
                "asked whether his son would be safe on the way home. She had no answer, and found that she wanted one.",
                "She wears no uniform and makes no arrests. She reads reports, hundreds of them, and asks what they have in common that "
                "nobody wrote down.",
            ),
            h("A Thursday in numbers"),
            p(
                "Once it was a bus stop. Each report named another street, but every one of them began within ten minutes of the same "
                "bus. The team stood there for three weeks, in plain view. There was nothing more to report.",
                "She did not catch anybody. She thinks of it as her best month.",
            ),
            quote(
                "I ask a question of ten thousand rows. Officers ask it of one person. We need both.",
                "A police staff analyst",
            ),
            h("What people ask her"),
            qa(
                "Did you have to know policing?",
                "No. I had to know how to check whether I am wrong. They taught me the rest, and the words.",
            ),
            qa(
                "Do you work nights?",
                "No. I work flexible hours and two days a week from home. When something happens, I am asked, and I can say no.",
            ),
            p(
                "Her pupils taught her what she uses most: if a room of thirteen-year-olds does not understand the chart, the chart is wrong.",
                "Briefings are at eight. She has ninety seconds and one picture. She practises it on the train, aloud, and nobody in "
                "London looks up.",
            ),
        ),
    ),
    DemoStory(
        slug="a-nurse-on-weekdays",
        title="A nurse on weekdays, a constable on Saturdays",
        role="Special constable",
        team="Town-centre team",
        themes=("volunteering", "starting-later"),
        roles=("special-constable",),
        picture="story-special",
        introduction="She gives sixteen hours a month, has the same powers as any officer, and keeps the job that she loves.",
        pull_quote="On Friday I treat what happened. On Saturday I can be there before it does.",
        body=(
            p(
                "In the emergency department you meet a Saturday night on Sunday morning: the split lip, the friend who says that it was "
                "nothing. She kept thinking that she came to it eight hours too late.",
                "Special constables are volunteers with a warrant card. She trained at weekends for some months, beside a bus driver, a "
                "lawyer and a woman who repairs lifts. All of them were tired, and nobody left.",
            ),
            h("The town centre at eleven"),
            p(
                "She walks with the new town-centre team. Most of what she does there is talk: to doormen, to people who wait for a cab, "
                "to a girl who has lost her friends and her phone.",
                "Her other work shows. She kneels down when somebody sits on the kerb. She speaks to the one who is quiet first.",
            ),
            quote(
                "People think it is the handcuffs that change a night. It is being there at eleven.",
                "A special constable",
            ),
            h("What people ask her"),
            qa(
                "Is it paid?",
                "No, your expenses are. I do it because of what I see on Sundays. Some people do it to find out whether they want to join.",
            ),
            qa(
                "What did your hospital say?",
                "They looked at the rota with me. Some employers give days for it: ask yours before you apply.",
            ),
            p(
                "She could apply to become a regular officer and keep her service. Every spring she thinks about it. Every spring somebody "
                "on the ward asks for her by name.",
            ),
        ),
    ),
    DemoStory(
        slug="the-door-with-the-blue-sticker",
        title="The door with the blue sticker",
        role="Police community support officer",
        team="Safer Neighbourhoods",
        themes=("community", "first-years"),
        roles=("police-community-support-officer",),
        events=("meet-your-neighbourhood-team",),
        picture="story-pcso",
        introduction="She was a support worker in a hostel. Now she is the face that a whole estate knows.",
        pull_quote="I have no handcuffs. I have time, and people notice the difference.",
        body=(
            p(
                "There is a door on the third floor with a blue sticker on it. It means: knock, even if I do not answer the first time. She "
                "agreed it with the woman who lives there.",
                "Community support officers do not arrest people. They come back. They know who is ill, who is new and who has stopped "
                "coming to the lunch club, and they can bring the right person to the right door.",
            ),
            h("What came with her"),
            p(
                "In the hostel she learned to stand so that somebody can walk past her. To say one thing at a time. To be told a lie and "
                "to stay.",
                "The first winter was hard all the same. She was cold, she got lost in stairwells, and a boy called her names for six weeks. "
                "In the seventh he asked whether she could look at a letter from the council.",
            ),
            quote(
                "Nobody ever says thank you for the fight that did not happen. You have to see it yourself.",
                "A police community support officer",
            ),
            h("What people ask her"),
            qa(
                "Is it a step towards becoming a police officer?",
                "For some. You can apply from here, and what you know counts. For others this is the job, and it is enough of one.",
            ),
            qa(
                "What if something dangerous happens?",
                "I step back, I call, and I stay in sight. I am trained for that moment, and never alone on the radio.",
            ),
            p(
                "On Thursdays she drinks tea behind the blue sticker. It takes twelve minutes. It is written down as reassurance, and she "
                "is not sure which of the two of them is meant.",
            ),
        ),
    ),
)

THEMES = {
    "community": "Close to people",
    "faith-and-culture": "Faith and culture",
    "family": "Family and flexible hours",
    "first-years": "The first years",
    "leading": "Leading",
    "starting-later": "A second career",
    "volunteering": "Beside another job",
}
