"""Torch tensors across the boundary: they arrive as they were, and gradients are asked for over there."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from boundary_sides import ran

from grader.boundary import tensors
from grader.boundary.codec import Decoder, Encoder, ProtocolError
from grader.boundary.proxy import Handle, RemoteError, RemoteFunction, WorkerProcess

LEARNERS = """
import torch
def same(*a): return a
def facts(t): return str(t.dtype), t.requires_grad, tuple(t.stride()), type(t).__name__, str(t.device), t.is_leaf
def cell(x, h, c, W, b):
    z = torch.cat([h, x], 1) @ W + b
    i, f, g, o = z.chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c, (i, f)
def double(t):
    t *= 2
    return t
def wrong_gradient(x):
    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x ** 3
        @staticmethod
        def backward(ctx, g):
            return g * ctx.saved_tensors[0]
    return Cube.apply(x)
def failing_gradient(x):
    y = x * 1
    y.register_hook(lambda g: 1 / 0)
    return y
def endless_gradient(x):
    y = x * 1
    def hook(g):
        while True: pass
    y.register_hook(hook)
    return y
def without_graph(x): return (x.detach() ** 2)
def mixed(x, f): return f(x) + x.sum()
def draw(n): return torch.randn(n)
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.linear = torch.nn.Linear(3, 2, dtype=torch.float64)
    def forward(self, x): return self.linear(x).tanh()
def sparse(): return torch.eye(3).to_sparse()
class Own(torch.Tensor): pass
def subclassed(): return torch.zeros(2).as_subclass(Own)
"""
NAMES = [line.split()[1].partition("(")[0] for line in LEARNERS.split("\n") if line.startswith(("def ", "class "))]


@pytest.fixture(scope="module")
def worker():
    with WorkerProcess() as process:
        assert ran(process, LEARNERS, 60.0) == []
        yield process
        assert process.alive


@pytest.fixture(scope="module")
def theirs(worker):
    return {name: RemoteFunction(worker, name) for name in NAMES}


def here() -> dict:
    scope: dict = {}
    exec(LEARNERS, scope)
    return scope


DTYPES = [
    torch.float64,
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.complex64,
    torch.complex128,
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)], ids=str)
def test_tensors_come_back_as_they_were(theirs, dtype, shape):
    t = (torch.arange(24.0)[: int(np.prod(shape))].reshape(shape) - 5).to(dtype)
    (other,) = theirs["same"]([t])[0]
    assert other is t  # an argument that was not changed is the caller's own
    back, kept = theirs["same"](t + t if dtype is not torch.bool else ~t, 1)
    expected = t + t if dtype is not torch.bool else ~t
    assert type(back) is torch.Tensor and back.dtype == dtype and back.shape == shape and torch.equal(back, expected)


def test_layout_kind_and_requires_grad(theirs):
    base = torch.arange(24.0).reshape(4, 6)
    for t in (base, base.T, base[:, ::2], base[1:, 1], torch.nn.Parameter(base), base.clone().requires_grad_()):
        facts = theirs["facts"](t)
        assert facts == (str(t.dtype), t.requires_grad, tuple(t.stride()), type(t).__name__, "cpu", True)
    expanded = torch.ones(3, 1).expand(3, 5)
    assert torch.equal(theirs["same"](expanded * 1)[0], expanded)
    conjugated = torch.tensor([1 + 2j]).conj()
    assert torch.equal(theirs["same"]([conjugated, 0])[0][0], conjugated)


def test_changes_of_a_tensor_arrive(theirs):
    t = torch.arange(3.0)
    assert theirs["double"](t) is t and t.tolist() == [0, 2, 4]
    with pytest.raises(RuntimeError, match="in-place"):
        theirs["double"](torch.ones(2, requires_grad=True))


def random_cell(dtype=torch.float64, N=2, D=3, H=2):
    generator = torch.Generator().manual_seed(5)
    shapes = [(N, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,)]
    return [torch.randn(s, generator=generator, dtype=dtype).requires_grad_() for s in shapes]


def test_gradients_are_those_of_the_function_over_there(theirs):
    ours, there = here()["cell"], theirs["cell"]
    arguments = random_cell()
    for function in (lambda f: f(*arguments), lambda f: f(*arguments[:4], b=arguments[4])):
        results = []
        for f in (ours, there):
            h, c, (i, _) = function(f)
            loss = (h * torch.arange(4.0).reshape(2, 2)).sum() + c.pow(2).sum() + i.mean()
            results.append([loss.detach(), *torch.autograd.grad(loss, arguments)])
        assert all(torch.allclose(a, b, rtol=1e-14, atol=0) for a, b in zip(*results, strict=True))
    h, c, _ = there(*arguments)
    h.sum().backward(retain_graph=True)
    first = arguments[3].grad.clone()
    h.sum().backward()
    assert torch.allclose(arguments[3].grad, 2 * first)


def test_gradcheck_passes_and_fails_across_the_boundary(theirs):
    arguments = random_cell()
    assert torch.autograd.gradcheck(lambda *a: theirs["cell"](*a)[:2], arguments)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(theirs["wrong_gradient"], torch.randn(3, dtype=torch.float64, requires_grad=True))


def test_a_gradient_through_ours_theirs_and_ours_again(theirs):
    gradients = []
    x = torch.randn(3, 3, dtype=torch.float64, requires_grad=True)
    rest = [torch.cat([a, a[:1]]).detach() for a in random_cell()[1:3]] + random_cell()[3:]
    for f in (here()["cell"], theirs["cell"]):
        out, _, _ = f((x * 2).tanh(), *rest)
        gradients.append(torch.autograd.grad(out.exp().sum(), x)[0])
    assert torch.allclose(*gradients)


def test_a_second_derivative_says_that_there_is_none(theirs):
    x = torch.randn(2, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(theirs["wrong_gradient"](x).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable|does not require grad"):
        first.sum().backward()


def test_a_backward_that_fails_or_never_ends(worker, theirs):
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(ZeroDivisionError):
        theirs["failing_gradient"](x).sum().backward()
    with worker.session():
        y = RemoteFunction(worker, "endless_gradient", 0.5)(x)
        with pytest.raises(RemoteError, match="0.5 seconds|boundary|died|answer"):
            y.sum().backward()
    assert theirs["same"](1) == (1,)
    assert not theirs["without_graph"](x).requires_grad
    with worker.session():
        y = theirs["failing_gradient"](x)
    with pytest.raises(RemoteError, match="lost with the process"):
        y.sum().backward()


def test_a_model_is_used_as_if_it_were_here(worker, theirs):
    with worker.session():
        ours, model = here()["Net"](), theirs["Net"]()
        x = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
        assert type(model) is Handle or callable(model)
        assert torch.equal(model(x), ours(x)) and torch.equal(model.forward(x), ours(x))
        for m in (model, ours):
            x.grad = None
            m(x).pow(2).sum().backward()
        assert torch.allclose(model.linear.weight.grad, ours.linear.weight.grad)
        assert type(model.linear.weight) is torch.nn.Parameter
        assert [name for name, _ in model.named_parameters()] == ["linear.weight", "linear.bias"]
        state = model.state_dict()
        assert torch.equal(state["linear.bias"], ours.linear.bias)
        assert sum(p.numel() for p in model.parameters()) == 8


def test_seeds_dtypes_and_functions_of_torch_cross(theirs):
    torch.manual_seed(3)
    expected = torch.randn(4)
    torch.manual_seed(3)
    assert torch.equal(theirs["draw"](4), expected)
    assert theirs["same"](torch.float16, torch.device("cpu")) == (torch.float16, torch.device("cpu"))
    x = torch.ones(3, requires_grad=True)
    theirs["mixed"](x, torch.sum).backward()
    assert x.grad.tolist() == [2, 2, 2]


def test_what_is_no_plain_tensor_stays_over_there(theirs):
    assert type(theirs["sparse"]()) is Handle
    assert issubclass(type(theirs["subclassed"]()), Handle)


def test_lies_about_tensors_are_refused():
    ok = {"T": 0, "torch_dtype": "float32", "shape": [4], "strides": None, "device": "cpu", "grad": False}
    assert Decoder([bytes(16)], None).decode(ok).tolist() == [0, 0, 0, 0]
    for lie in (
        {"torch_dtype": "float64"},
        {"torch_dtype": "quint8"},
        {"torch_dtype": "__class__"},
        {"torch_dtype": 3},
        {"shape": [-4]},
        {"shape": [2**62]},
        {"shape": [0, 2**62]},
        {"T": 1},
        {"T": None},
        {"device": 3},
        {"device": "x" * 99},
        {"gradient": {"i": "3"}},
        {"gradient": {**ok, "T": 0, "shape": [2, 2]}},
    ):
        with pytest.raises(ProtocolError):
            Decoder([bytes(16)], None).decode({**ok, **lie})
    truths = Decoder([b"\x02\x01\x00\xff"], None).decode({**ok, "torch_dtype": "bool"})
    assert truths.view(torch.uint8).tolist() == [1, 1, 0, 1]
    for named in ("torch.nn", "torch.load", "os", "cuda:x", "torch.float32.__class__"):
        with pytest.raises(ProtocolError):
            Decoder([], None).decode({"torch": named})
    both = [ok, {"a": 0, "dtype": "<f4", "shape": [4], "strides": None}]
    for pair in (both, both[::-1]):
        with pytest.raises(ProtocolError):
            Decoder([bytes(16)], None).decode({"l": pair})


def test_strides_and_large_tensors():
    kept = []
    encoder = Encoder(lambda value: kept.append(value) or {"h": 0})
    encoder.encode([torch.zeros(40_000_000), torch.zeros(2)])
    assert len(kept) == 1
    record = {"T": 0, "torch_dtype": "float32", "shape": [2, 2], "strides": [-8, 4], "device": "cpu"}
    back = Decoder([np.arange(4, dtype="f4").tobytes()], None).decode(record)
    assert back.tolist() == [[0, 1], [2, 3]]


def test_torch_is_imported_by_nobody_who_has_no_tensor():
    code = (
        "import sys, grader\nimport grader.boundary.proxy as p\n"
        "with p.WorkerProcess() as w:\n"
        "    w.run_cell('def f(x): return x * 2\\nimport sys', 20)\n"
        "    import numpy as np\n"
        "    assert p.RemoteFunction(w, 'f')(np.ones(2)).tolist() == [2, 2]\n"
        "    w.run_cell('found = \"torch\" in sys.modules', 20)\n"
        "    assert w.fetch('found') is False\n"
        "    w.run_cell('def g():\\n    import torch\\n    return torch.ones(2)', 20)\n"
        "    assert type(p.RemoteFunction(w, 'g', 60.0)()) is p.Handle\n"
        "    tensor = {'T': 0, 'torch_dtype': 'bool', 'shape': [1], 'strides': None, 'device': 'cpu'}\n"
        "    try:\n        w._decoded([b'x'], tensor)\n        raise SystemExit(7)\n"
        "    except p.WorkerDied as death: assert 'no torch' in str(death)\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_no_tensor_without_torch(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch")
    assert not tensors.is_tensor(object()) and tensors.named(3) is None


def test_a_fork_of_a_process_that_was_prepared_imports_nothing_for_its_first_gradient():
    """Half a second in every fork, were it not so: torch's first backward pass imports a library for symbols."""
    program = (
        "import os, sys\n"
        "from grader.boundary.tensors import load_to_fork\n"
        "load_to_fork()\n"
        "import torch\n"
        "assert torch.get_num_threads() == 1\n"
        "if (child := os.fork()) == 0:\n"
        "    before = set(sys.modules)\n"
        "    x = torch.ones(2, 3, requires_grad=True)\n"
        "    torch.autograd.grad([(x @ x.T).sigmoid()], [x], [torch.ones(2, 2)])\n"
        "    os._exit(min(len(set(sys.modules) - before), 100))\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stderr)
