"""Source that the parser, the compiler or a regular expression takes long for: brackets, operators, constants."""

TITLE = "source that is hard to compile"
KIND = "file"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "x = " + "(" * 190 + "1" + ")" * 190 + "\n" + "x = " + "-" * 90_000 + "1",
    "one_hot": "def one_hot(ids, num_classes):\n    return [0] * ((9 ** 99) >> 99)\ny = " + "1 + " * 5_000 + "1",
    "quiz": "q1 = " + "lambda: " * 3_000 + "1\n" + "\x00\x0c\u2028\ufeff",
}
