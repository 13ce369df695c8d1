"""The words of ``translations``: English ones, and the forms of the French ones."""

__all__ = ["ALIVE", "ALONE", "BEFORE", "COLOURS", "MOODS", "THE", "THEM", "THINGS", "WITH"]

# one, several, le chat, les chats, the gender, and which kinds of adjectives it takes: size, mood, colour
ALIVE = (
    ("cat", "cats", "chat", "chats", 0, (0, 1, 2)),
    ("dog", "dogs", "chien", "chiens", 0, (0, 1, 2)),
    ("bird", "birds", "oiseau", "oiseaux", 0, (0, 1, 2)),
    ("boy", "boys", "garçon", "garçons", 0, (0, 1)),
    ("girl", "girls", "fille", "filles", 1, (0, 1)),
    ("cow", "cows", "vache", "vaches", 1, (0, 1, 2)),
    ("mouse", "mice", "souris", "souris", 1, (0, 1, 2)),
    ("aunt", "aunts", "tante", "tantes", 1, (0, 1)),
)
THINGS = (
    ("book", "books", "livre", "livres", 0, (0, 2)),
    ("boat", "boats", "bateau", "bateaux", 0, (0, 2)),
    ("house", "houses", "maison", "maisons", 1, (0, 2)),
    ("school", "schools", "école", "écoles", 1, (0, 2)),
)
# in English, and in French: one and several of the one gender, one and several of the other; the order is English's
BEFORE = (
    ("small", "petit", "petits", "petite", "petites"),
    ("big", "grand", "grands", "grande", "grandes"),
    ("good", "bon", "bons", "bonne", "bonnes"),
)
MOODS = (
    ("tired", "fatigué", "fatigués", "fatiguée", "fatiguées"),
    ("happy", "heureux", "heureux", "heureuse", "heureuses"),
)
COLOURS = (
    ("black", "noir", "noirs", "noire", "noires"),
    ("white", "blanc", "blancs", "blanche", "blanches"),
    ("red", "rouge", "rouges", "rouge", "rouges"),
)
# one and several in English, le, les, la, les; "a" has no plural here
THE = (
    ("the", "the", "le", "les", "la", "les"),
    ("my", "my", "mon", "mes", "ma", "mes"),
    ("this", "these", "ce", "ces", "cette", "ces"),
    ("a", "", "un", "", "une", ""),
)
ALONE = (
    ("sleeps", "sleep", "dort", "dorment"),
    ("sings", "sing", "chante", "chantent"),
    ("falls", "fall", "tombe", "tombent"),
)
WITH = (
    ("sees", "see", "voit", "voient"),
    ("finds", "find", "trouve", "trouvent"),
    ("likes", "like", "aime", "aiment"),
    ("looks for", "look for", "cherche", "cherchent"),
    ("waits for", "wait for", "attend", "attendent"),
)
THEM = (("him", "le"), ("her", "la"), ("them", "les"))
