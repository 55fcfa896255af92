"""English to French: the newsletter and its issues."""

WORDS = {
    "Newsletter": "Lettre d’information",
    "Events you can join, people who do the job, and roles that open. About once a month, by email.": "Des événements ouverts à vous, des personnes qui font ce métier et des postes qui s’ouvrent. Environ une fois par mois, par e-mail.",
    "You choose what it is about, and every issue has a link that ends it. We do not watch who opens it.": "Vous choisissez de quoi elle parle, et chaque numéro a un lien qui y met fin. Nous ne regardons pas qui l’ouvre.",
    "Seven days in March": "Sept jours en mars",
    "Seven days in March, and a place for you": "Sept jours en mars, et une place pour vous",
    "The week of International Women’s Day is planned. Here is what is on, and somebody you could meet.": "La semaine de la Journée internationale des femmes est prête. Voici le programme, et une personne que vous pourriez rencontrer.",
    "From 8 March women from three emergency services talk about the job: online, in the stables at Great Scotland Yard, and in a town hall near you. Each session is free, and registering takes a minute.": "À partir du 8 mars, des femmes de trois services d’urgence parlent de leur métier : en ligne, aux écuries de Great Scotland Yard et dans une mairie près de chez vous. Chaque séance est gratuite, et l’inscription prend une minute.",
    "Coming up": "À venir",
    "Somebody you could meet": "Une personne que vous pourriez rencontrer",
    "Read the story": "Lire son histoire",
    "Could you apply? A few questions tell you which ways are open. Nothing that you answer is kept.": "Pourriez-vous postuler ? Quelques questions vous disent quelles voies sont ouvertes. Rien de ce que vous répondez n’est gardé.",
    "See whether you could apply": "Voir si vous pourriez postuler",
}
CONSENT = (
    "Utilisez mon adresse e-mail pour m’envoyer la lettre d’information sur les sujets que j’ai choisis. Je peux y mettre "
    "fin d’un clic dans chaque message, et mon adresse est supprimée au même moment."
)
