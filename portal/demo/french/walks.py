"""English to French: Walk & Talk."""

WORDS = {
    "Walk & Talk": "Walk & Talk",
    "Walk &amp; Talk": "Walk &amp; Talk",
    "Walk with a local officer through the places where you do not feel safe, on the way that you usually take. Say what worries you. We listen, act on it, and tell you what we did.": "Marchez avec une policière ou un policier du quartier là où vous ne vous sentez pas en sécurité, sur votre trajet habituel. Dites ce qui vous inquiète. Nous écoutons, nous agissons et nous vous disons ce que nous avons fait.",
    "Who can ask": "Qui peut demander",
    "Women of 18 or over, in any of London’s 32 boroughs. You need not live there: the way to work, to a friend or home from the bus is enough. Bring a friend or a child if you like.": "Les femmes de 18 ans ou plus, dans chacun des 32 arrondissements de Londres. Nul besoin d’y habiter : le chemin du travail, d’une amie ou de l’arrêt de bus suffit. Venez avec une amie ou un enfant si vous le souhaitez.",
    "What happens": "Comment cela se passe",
    "You choose a borough, say which way you take, when you could walk and how it is safe to reach you. Within four days an officer of that borough offers you two or three times on a page that only you have. You choose one, or none.": "Vous choisissez un arrondissement et dites quel trajet vous prenez, quand vous pourriez marcher et comment vous joindre sans danger. Dans les quatre jours, la police de cet arrondissement vous propose deux ou trois horaires sur une page que vous êtes seule à avoir. Vous en choisissez un, ou aucun.",
    "You meet at a public place. The walk takes about 45 minutes, and you lead the way. Stop whenever you want to.": "Vous vous retrouvez dans un lieu public. La marche dure environ 45 minutes et vous montrez le chemin. Arrêtez quand vous voulez.",
    "What it is not": "Ce que ce n’est pas",
    "It is not a way to report a crime, and not for an emergency. In danger call 999; if you cannot speak, press 55 when asked. To report what has happened call 101.": "Ce n’est ni un moyen de signaler un délit, ni un service d’urgence. En danger, appelez le 999 ; si vous ne pouvez pas parler, appuyez sur 55 quand on vous le demande. Pour signaler un fait, appelez le 101.",
    "If it must stay between us": "Si cela doit rester entre nous",
    "Ask for it to be discreet. Mails and calendar entries then say “Appointment”, name neither the police nor a place, and nobody leaves you a voicemail. “Leave this page” at the top closes the page at once and leaves nothing behind it.": "Demandez la discrétion. Les messages et les entrées d’agenda disent alors « Rendez-vous », ne nomment ni la police ni un lieu, et personne ne vous laisse de message vocal. « Quitter cette page », en haut, ferme aussitôt la page et ne laisse rien derrière elle.",
    "Where it comes from": "D’où vient l’idée",
    "The idea came from an acting inspector in Lambeth and Southwark, who started with 25 neighbourhood constables. It was launched on International Women’s Day for the whole of London.": "L’idée est venue d’une inspectrice par intérim de Lambeth et Southwark, qui a commencé avec 25 agents de quartier. Elle a été lancée pour tout Londres lors de la Journée internationale des femmes.",
}
