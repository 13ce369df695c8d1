"""The quiz of unit 04."""

from ..base import Option, Question

QUIZ = (
    Question(
        text="A forget gate is stuck at 1, the input gate at 0.5, the output gate at 1. The cell starts "
        "empty and the candidate is 0.4 at each of 50 steps. What are c and h after them?",
        options=(
            Option(
                "c = 0.4 and h = 0.38: the cell levels off at the candidate's value",
                "That is what a leaky unit does, where the shares for old and new add up to 1. Here they are "
                "1 and 0.5, so there is nothing to level off.",
            ),
            Option(
                "c is close to 1 and so is h: tanh keeps both within -1 and 1",
                "tanh stands on the way from c to h. Nothing bounds c itself.",
            ),
            Option(
                "c = 10 and h is close to 1",
                "Each step keeps everything and adds 0.5 times 0.4 = 0.2; 50 of them make 10. h = tanh(10), "
                "which is 1 to eight digits: the cell is full, and h can no longer tell 10 from 11.",
            ),
            Option(
                "c = 20 and h is close to 1",
                "20 would be 50 times 0.4: every candidate in full. The input gate lets half of it in.",
            ),
        ),
        answer="c",
    ),
    Question(
        text="A cell took in a number at step 3. It is wanted at step 90. From step 4 to step 89 the cell "
        "should carry it unchanged and nobody should hear of it. How do its gates stand on the way?",
        options=(
            Option(
                "f open, i closed, o closed",
                "f = 1 keeps what is there, i = 0 keeps everything else out, o = 0 hides it. At step 90 only "
                "o has to open.",
            ),
            Option(
                "all three closed",
                "A closed forget gate is f = 0, and c = 0 * c_prev: the number is gone after one step. It is "
                "the one gate that has to stand open to keep something.",
            ),
            Option(
                "f closed, so that nothing is lost, i closed, o closed",
                "The name invites this. The gate closed means f = 0: nothing of c_prev passes. To forget "
                "nothing, f has to be 1.",
            ),
            Option(
                "f open, i open, o closed",
                "An open input gate adds every candidate from step 4 to step 89 on top of the number. That "
                "it is hidden does not keep it unchanged.",
            ),
        ),
        answer="a",
    ),
    Question(
        text="Someone replaces the tanh of the candidate by a sigmoid and leaves everything else as it is. "
        "What can such a cell no longer do?",
        options=(
            Option("Close its gates", "The gates have their own weights and their own sigmoids. They are not touched."),
            Option(
                "Nothing: W_g can be negative, so the minus sign comes from there",
                "W_g stands inside the sigmoid. A negative z gives a g close to 0, never one below it.",
            ),
            Option(
                "Hold a number larger than 1",
                "A candidate between 0 and 1, added with f = 1 at each step, takes c past every bound.",
            ),
            Option(
                "Bring c below zero, or take something back without erasing",
                "With g between 0 and 1 and i between 0 and 1, the new term is never negative. From an empty "
                "cell c stays at 0 or above; only the forget gate can lower it, and only towards 0. Gates "
                "want 0 to 1 because they are shares. A proposal wants both signs.",
            ),
        ),
        answer="d",
    ),
    Question(
        text="You print one unit at one step: c = 3.0 and h = 0.1. Which gate do you look at, and what do "
        "you expect there?",
        options=(
            Option(
                "The forget gate: it is about 0.03",
                "A forget gate of 0.03 would have left little of the old content, but c = 3.0 is the state "
                "after forgetting and writing. What makes h so much smaller comes after c.",
            ),
            Option(
                "The output gate: it is about 0.1",
                "h = o * tanh(c), and tanh(3) = 0.995. So o is 0.1005: the cell holds a lot and shows a tenth of it.",
            ),
            Option(
                "None: tanh alone takes 3.0 to 0.1",
                "tanh(3) = 0.995. tanh leaves large numbers near 1; it takes something small to give 0.1.",
            ),
            Option(
                "The input gate: it is almost closed",
                "It decides what gets into c at this step. However it stands, c is 3.0 when h is made from it.",
            ),
        ),
        answer="b",
    ),
    Question(
        text="A leaky unit with alpha = 0.9 holds c = 1, and from now on every candidate is 0. After how "
        "many steps is less than half of it left?",
        options=(
            Option(
                "5: it loses a tenth each time",
                "It loses a tenth of what is left, not of what it had at first: 0.9, 0.81, 0.729, ... After "
                "5 steps 0.59 is left.",
            ),
            Option(
                "10, which is 1 / (1 - alpha)",
                "1 / (1 - alpha) is the time constant, after which a share of about 1/e is left: 0.9 to the "
                "10th is 0.35. The half is crossed earlier.",
            ),
            Option(
                "7",
                "0.9 to the 6th is 0.53 and to the 7th 0.48. In a forget gate's words: f = 0.9 is a short "
                "memory. To keep half over 100 steps a gate has to stand at 0.993.",
            ),
            Option(
                "Never: alpha is close to 1, so the content stays",
                "Every fixed alpha below 1 forgets exponentially; being close to 1 only makes it slower. "
                "That is why we let the network choose it anew at each step.",
            ),
        ),
        answer="c",
    ),
)
