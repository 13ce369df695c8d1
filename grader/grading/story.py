"""Which of the course's story cells a submission needs run, and for which the class's outputs will do.

A story cell shows the same for everyone unless a learner's cell has a hand in it: then it is run in the
learner's process, as in Jupyter. That is read off the code. Where it can't be read for certain, all are run.
"""

from __future__ import annotations

import ast
import functools
import re
import symtable
from collections.abc import Iterable, Set
from dataclasses import dataclass

from ..cells import grade_id
from .rebuild import OurCell, TheirCell

__all__ = ["stories_to_run", "to_run"]

_DYNAMIC = {  # words by which code may reach names that it doesn't write out
    "globals",
    "locals",
    "vars",
    "dir",
    "exec",
    "eval",
    "compile",
    "get_ipython",
    "__main__",
    "In",
    "Out",
    "inspect",
}


@dataclass(frozen=True)
class _Names:
    """The global names that code binds, those it reads, and those it may read before it has bound them.

    ``needed`` are what the code takes from the cells before it: a change of one of them may change what it shows.
    """

    made: frozenset[str]
    read: frozenset[str]
    needed: frozenset[str]


def to_run(cells: Iterable[OurCell | TheirCell]) -> set[str]:
    """The grade_ids of the story cells of a rebuilt submission that have to be run for it."""
    stories: list[tuple[str, str]] = []
    own: list[str] = []
    for cell in cells:
        if cell.kind in ("story", "long"):
            stories.append((grade_id(cell.node), cell.text))
        elif isinstance(cell, TheirCell) and cell.node["cell_type"] == "code":
            own.append(cell.text)
    return stories_to_run(stories, own)


def stories_to_run(told: Iterable[tuple[str, str]], own: Iterable[str]) -> set[str]:
    """The names of those story cells, ``told`` as (name, text), that a learner's cells, ``own``, have a hand in.

    A story cell is one of them where it needs, itself or through other story cells, a name that the learner's cells
    bind; where a learner's cell reads what it binds; and where one of these needs what it binds. All are, where a
    learner's cell may reach names that it doesn't write out (``globals()``), or one of the story cells can't be read
    and the learner wrote any name at all.
    """
    stories: dict[str, _Names] = {}
    own_made: set[str] = set()
    own_read: set[str] = set()
    unsure = False
    for name, text in told:
        names = _names(text)
        unsure |= names is None
        stories[name] = names or _guessed(text)
    for text in own:
        names = _names(text) or _guessed(text)
        own_made |= names.made
        own_read |= names.read
    if (own_read | own_made) & _DYNAMIC or unsure and own_read | own_made:
        return set(stories)
    chosen = {name for name, story in stories.items() if own_read & story.made}
    changed = set(own_made)  # names that are not what they are for the class
    size = -1
    while size != len(chosen):  # until nothing follows from what was chosen
        size = len(chosen)
        for name, story in stories.items():
            if story.needed & changed:
                changed |= story.made
                chosen.add(name)
        wanted = {one for name in chosen for one in stories[name].needed}
        chosen |= {name for name, story in stories.items() if story.made & wanted}
    return chosen


@functools.lru_cache(maxsize=1000)  # the course's cells come again in every submission
def _names(source: str) -> _Names | None:
    """The names in a cell, or None where it is no plain Python: magics, an error of syntax, too deep for the parser."""
    try:
        tree = ast.parse(source)
        table = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    made, read = _global_names(table)
    # For symtable, `k += 1` and `del k` read nothing.
    read |= made & {
        name for node in ast.walk(tree) for name in _loads(node) if isinstance(node, (ast.AugAssign, ast.Delete))
    }
    return _Names(frozenset(made), frozenset(read), frozenset(_needed(tree, read)))


def _guessed(source: str) -> _Names:
    """The names of what is no plain Python: with magics every word of it may be a name.

    Without a sign of magics it is an error of syntax: it runs not at all, and has no names.
    """
    words = frozenset(re.findall(r"\w+", source) if re.search("[%!?]", source) else ())
    return _Names(words, words, words)


def _global_names(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """(global names that are bound, those that are read) in a cell and in all functions and classes in it."""
    made: set[str] = set()
    read: set[str] = set()
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        outermost = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            if outermost or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    made.add(symbol.get_name())
                if symbol.is_referenced():
                    read.add(symbol.get_name())
    return made, read


def _needed(tree: ast.Module, read: set[str]) -> set[str]:
    """Of the names that are read, those not surely bound by a statement of the cell that comes before."""
    return _in_order(tree.body, set())[0] & read


def _in_order(statements: Iterable[ast.stmt], bound: set[str]) -> tuple[set[str], set[str]]:
    """(names that may be read before they are bound here, names that are surely bound after it).

    ``bound`` are those that surely are before it. A name counts as bound after a branch if all branches bind it; what a
    loop or a ``try`` binds may never be.
    """
    needed: set[str] = set()
    bound = set(bound)

    def follow(body: Iterable[ast.stmt], with_names: Set[str] = frozenset()) -> set[str]:
        found, after = _in_order(body, bound | with_names)
        needed.update(found)
        return after

    for statement in statements:
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                needed |= _loads(test) - bound
                bound |= follow(body) & follow(orelse)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                needed |= (_loads(iterated) | _loads(target)) - bound
                follow(body, _stores(target))
                follow(orelse)
            case ast.With(items=items, body=body):
                for item in items:
                    needed |= _loads(item) - bound
                    bound |= _stores(item)
                bound |= follow(body)
            case ast.While(test=test, body=body, orelse=orelse):
                needed |= _loads(test) - bound
                follow(body)
                follow(orelse)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                follow([*body, *orelse])
                for handler in handlers:
                    needed |= _loads(handler.type) - bound if handler.type else set()
                    follow(handler.body, {handler.name} if handler.name else set())
                bound |= follow(final)
            case ast.Import() | ast.ImportFrom():
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                needed |= _loads(statement) - bound - {name}
                bound.add(name)
            case ast.Assign(targets=targets):
                needed |= _loads(statement) - bound
                bound |= set().union(*map(_stores, targets))
            case _:
                needed |= _loads(statement) - bound
    return needed, bound


def _loads(node: ast.AST) -> set[str]:
    """The names that are read in a piece of code, without those that are its own."""
    match node:
        case ast.Name(id=name, ctx=context):
            return set() if isinstance(context, ast.Store) else {name}
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            return {name} | _loads(value)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first, own = node.generators[0].iter, set().union(*(_stores(one.target) for one in node.generators))
            return _loads(first) | _loads_below(node) - own
        case ast.Lambda(args=arguments) | ast.FunctionDef(args=arguments):
            outside = set().union(*map(_loads, [*arguments.defaults, *filter(None, arguments.kw_defaults)]))
            own = {one.arg for one in ast.walk(arguments) if isinstance(one, ast.arg)}
            if not any(isinstance(one, (ast.Global, ast.Nonlocal)) for one in ast.walk(node)):
                own |= _stores(node)
            return outside | set().union(*map(_loads, getattr(node, "decorator_list", []))) | _loads_below(node) - own
    return _loads_below(node)


def _loads_below(node: ast.AST) -> set[str]:
    """The names that the parts of a piece of code read."""
    return set().union(*map(_loads, ast.iter_child_nodes(node)))


def _stores(node: ast.AST) -> set[str]:
    """The names that are assigned anywhere in a piece of code; those of functions and imports are not."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
