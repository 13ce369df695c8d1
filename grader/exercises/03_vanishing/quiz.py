"""The quiz of unit 03."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A tanh unit has the weight w = 2 on its own last value, and sits at h = 0.8 at every step. What is "
        "left of a gradient of 1 after 20 steps back?",
        options=(
            Option(
                "About 1 000 000: the weight doubles it each time",
                "2 to the power of 20 is that. But on its way back the gradient also passes the slope, 1 - 0.64 = "
                "0.36, at every step.",
            ),
            Option(
                "About 0.000 000 001: the slope leaves 0.36 each time",
                "0.36 to the power of 20 is that. The weight has a say as well: each step multiplies by both.",
            ),
            Option(
                "About 0.001",
                "Each step multiplies by 2 times 0.36 = 0.72, and 0.72 to the power of 20 is 0.0014. A weight of 2 "
                "is not enough at h = 0.8.",
            ),
            Option(
                "About 0.000 000 01: the slope is 0.2, so each step leaves 0.4",
                "1 - 0.8 = 0.2 is not the slope: the slope of tanh is 1 - h * h.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="Two units hear each other and not themselves: W_h = [[0, 4], [0.25, 0]]. The states are all 0, so "
        "every slope is 1. A gradient has the length 1. How long is it after 100 steps back?",
        options=(
            Option(
                "Exactly 1",
                "W_h times W_h is the identity: what one step makes four times as long, the next one makes a "
                "quarter of. The eigenvalues are 1 and -1, the spectral radius is 1.",
            ),
            Option(
                "4 to the power of 100 in the worst case, because one step can make it 4 times as long",
                "One step can, and the next one can't do it again: the gradient comes out in the other unit, where "
                "the weight is 0.25. What counts in the long run is the eigenvalues.",
            ),
            Option(
                "0: the diagonal is 0, so no unit keeps anything",
                "A unit doesn't keep its own, but the two hand it to each other, and it comes round every two steps.",
            ),
            Option(
                "About 0.25 to the power of 50, because the small weight wins",
                "In two steps the gradient passes both weights, and 4 times 0.25 is 1.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="Somebody squashes with the sigmoid instead of tanh. At least how large has the weight of a single "
        "unit on itself to be, in size, so that a gradient does not shrink at any step?",
        options=(
            Option(
                "1",
                "That would do if the slope could be 1, as it is for tanh at 0. The sigmoid's slope is 1/4 at best.",
            ),
            Option(
                "4",
                "The slope is 1/4 at best, at z = 0, so the product can be 1 only with 4 or more. And with that "
                "weight z has to stay at 0, or the slope falls and even 4 is too little.",
            ),
            Option("1/4", "1/4 times 1/4 is 1/16. The weight has to make up for the slope, not to be equal to it."),
            Option(
                "No weight is large enough",
                "For z = 0 at every step a weight of 4 holds the gradient exactly. It is only hard to stay there.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="In the gradient of W the parts of the last ten steps have the norm 2, those of the first ten the "
        "norm 0.000002. To help the first ten, you divide the whole gradient by its norm. What is the share of the "
        "first ten now?",
        options=(
            Option(
                "About a half: both were brought to length 1",
                "The sum was, not each part. Where the parts are added up nobody can tell any more which is whose.",
            ),
            Option(
                "Larger than before, because small numbers gain more",
                "A division does the same to all numbers: each loses the same share.",
            ),
            Option(
                "It cannot be said without the learning rate",
                "The learning rate is one more factor for all of it. It changes how far one goes, not where to.",
            ),
            Option(
                "About a millionth, as before",
                "All parts were divided by the same number. Scaling makes a gradient longer or shorter; it does "
                "not turn it to where the far words would have it go.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="For one sequence the Jacobian of a step, J[n], has a row of zeros in row 3 and zeros nowhere else. "
        "What do you conclude?",
        options=(
            Option(
                "The old state's unit 3 was 0",
                "The value of the old state does not occur in the Jacobian at all: it says how the new state moves "
                "with it.",
            ),
            Option(
                "Nobody listens to the old state's unit 3",
                "That would be a column of zeros: columns belong to the old state.",
            ),
            Option(
                "The new state's unit 3 is at 1 or -1, or listens to no old unit",
                "A row is the slope of a new unit times its weights. The slope is 0 where h is 1 or -1; or else "
                "the column 3 of W_h is 0. Either way nothing gets back through that unit at this step.",
            ),
            Option(
                "The gradient vanishes at this step",
                "What comes through unit 3 does. The other rows let through what they let through.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A ReLU network starts with W_h = I. In training, one number on the diagonal becomes 1.1. Its unit is "
        "above 0 at every step. By how much is a gradient multiplied that goes back through this unit for 100 steps?",
        options=(
            Option(
                "By 1: the slope of a ReLU is 1, so nothing can explode",
                "The slope is 1, yes. The weight is not, and it is a factor at every step too.",
            ),
            Option(
                "By 11, a tenth more for every step",
                "1 + 100 times 0.1 is 11. But each step adds a tenth of what there is by then.",
            ),
            Option(
                "By about 14 000",
                "1.1 to the power of 100. tanh would flatten out where the state gets large, and so hold an "
                "explosion back; a ReLU has no bounds. That is why this network needs small steps.",
            ),
            Option("By 110", "100 steps times 1.1 would add up. Factors multiply."),
        ),
        answer="c",
    ),
    Question(
        text="Six in ten nouns stand for one, each drawn by itself. How often is the verb right for somebody who "
        "goes by the last noun, where that is not the subject?",
        options=(
            Option(
                "In 52 of 100 sentences",
                "Both stand for one in 0.6 times 0.6 = 0.36 of them, both for several in 0.4 times 0.4 = 0.16. "
                "That is worse than to say chases always: a noun nearby is not only useless, it leads astray.",
            ),
            Option(
                "In 60 of 100 sentences",
                "That is what always saying chases gets. The last noun says chase as well, in 40 of 100, and is "
                "mostly wrong then.",
            ),
            Option("In 50 of 100 sentences", "That would be so if one and several were equally frequent."),
            Option("In 36 of 100 sentences", "In so many both stand for one. They can also both stand for several."),
        ),
        answer="a",
    ),
)
