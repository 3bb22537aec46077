"""The house from outside: public names, their docstrings, what importing loads, and what each room may import."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

import cdi
from cdi.audits import design
from tests.source import tree_of, walk

HOUSE = Path(cdi.__file__).parent
ROOT = Path(__file__).parents[1]
MODULES = sorted(HOUSE.rglob("*.py"))


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sorted(sys.modules), sep='\\n', file=sys.stderr)"],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


class TestNames:
    def test_are_all_importable_and_listed(self) -> None:
        assert 25 < len(set(cdi.__all__)) == len(cdi.__all__) <= 80
        for name in vars(cdi)["_HOME"]:
            assert getattr(cdi, name) is not None
        assert dir(cdi) == sorted(cdi.__all__)

    def test_help_orients_in_a_page(self) -> None:
        text = (cdi.__doc__ or "").strip().splitlines()
        assert len(text) <= 15
        assert max(map(len, text[1:])) <= 76
        assert {f"cdi.{name}(" in (cdi.__doc__ or "") for name in ("read_audit", "estimate", "compare")} == {True}

    def test_are_told_to_type_checkers(self) -> None:
        """What is exported lazily and what stands under TYPE_CHECKING are the same names from the same rooms; all that
        `dir` shows is among them."""
        tree = tree_of(HOUSE / "__init__.py")
        shown = {
            alias.name: str(node.module).removeprefix("cdi.")
            for block in tree.body
            if isinstance(block, ast.If)
            for node in block.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert shown == vars(cdi)["_HOME"]
        assert set(cdi.__all__) <= set(shown)

    def test_a_star_brings_them(self) -> None:
        space: dict[str, object] = {}
        exec("from cdi import *", space)  # noqa: S102 - what a user types
        assert set(cdi.__all__) <= set(space)

    def test_another_name_is_refused_as_python_does(self) -> None:
        with pytest.raises(AttributeError, match="module 'cdi' has no attribute 'recording_rates'"):
            _ = cdi.recording_rates

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
    def test_of_a_module_are_there(self, path: Path) -> None:
        tree = tree_of(path)
        listed = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets)
        ]
        if path.name == "__main__.py" or (path.name == "__init__.py" and path.parent.name not in {"cdi", "cli"}):
            return  # the door of a folder offers nothing, that of wording what its modules list
        assert len(listed) == 1
        bound = {getattr(node, "name", "") for node in tree.body}
        for node in walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                bound |= {alias.asname or alias.name for alias in node.names}
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound.add(node.id)
        assert set(listed[0]) <= bound


FUNCTIONS = [name for name in cdi.__all__ if inspect.isfunction(getattr(cdi, name))]
CLASSES = [name for name in cdi.__all__ if inspect.isclass(getattr(cdi, name))]


class TestDocstrings:
    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_of_a_function_name_every_argument_and_have_an_example(self, name: str) -> None:
        function = getattr(cdi, name)
        text = inspect.getdoc(function) or ""
        assert text.splitlines()[0].endswith(".")
        parameters = inspect.signature(function).parameters
        if parameters:
            section = text.split("Parameters\n----------\n")[1].split("\n\n")[0]
            named = " ".join(re.findall(r"^(\*{0,2}\w.*?)(?: :.*)?$", section, re.MULTILINE))
            assert {argument for argument in parameters if not re.search(rf"\b{argument}\b", named)} == set()
            assert "Returns\n-------\n" in text
        assert re.search(r"Examples\n--------\n>>> ", text)

    @pytest.mark.parametrize("name", CLASSES)
    def test_of_a_class_name_every_field(self, name: str) -> None:
        kind = getattr(cdi, name)
        text = inspect.getdoc(kind) or ""
        assert text.splitlines()[0].endswith(".")
        for field in getattr(kind, "__dataclass_fields__", {}):
            if not field.startswith("_"):
                assert re.search(rf"\b{field}\b", text), field

    @pytest.mark.parametrize("name", ["Description", "Disparity", "Reproduction", "Result", "Table", "Design"])
    def test_of_a_class_that_users_hold_have_an_example(self, name: str) -> None:
        assert ">>> " in (inspect.getdoc(getattr(cdi, name)) or "")

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
    def test_of_a_room_say_what_it_is(self, path: Path) -> None:
        assert ast.get_docstring(tree_of(path)) or path.name == "__main__.py"


# ---- what type checkers know


class TestRolesOfColumns:
    """A role by its name is typed wherever a call takes roles; ``tests/typed_calls.py`` is for a type checker."""

    @pytest.mark.parametrize("name", [name for name in cdi.__all__ if inspect.isfunction(getattr(cdi, name))])
    def test_are_those_of_a_design(self, name: str) -> None:
        call = getattr(cdi, name)
        more = [each for each in inspect.signature(call).parameters.values() if each.kind is each.VAR_KEYWORD]
        if not more:
            return
        found = re.fullmatch(r"Unpack\[(\w+)\]", str(more[0].annotation))
        assert found is not None, more[0].annotation
        roles = getattr(design, found[1])
        own = set(inspect.signature(call).parameters)
        typed = set(typing.get_type_hints(roles, vars(design)))
        assert typed | own >= {each.name for each in dataclasses.fields(cdi.Design)}
        assert not typed & own


# ---- who may import whom


SHOWING = frozenset(
    [
        "page",
        "table",
        "draw",
        "plot",
        "wide",
        "to_pandas",
        "__str__",
        "__repr__",
        "_repr_html_",
        "model",
        "kinds",
        "explain",
    ]
)
"""Methods by which users go on from what they hold, or see it: what they need is further down, and imported when they
are called."""

SHAPES = frozenset(["Page", "Table", "Model", "Kinds", "Explanation"])
"""What those methods return, named for type checkers."""

WHOLE = ("cli", "wording")  # folders whose modules are one room


def rooms() -> list[str]:
    """Read the order of the rooms out of CONTRIBUTING.md: `errors`, `survey/totals`, `cli`."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line.startswith("| `cdi/"):
            first, *others = re.findall(r"`([^`]+)`", line.split("|")[1])
            folder, _, name = first.removeprefix("cdi/").rpartition("/")
            inside = [f"{folder}/{other}" for other in others] or [folder]
            found += inside if folder else [other.removesuffix(".py") for other in (name, *others)]
    return found


def room_of(path: Path) -> str:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return parts[0] if parts[0] in WHOLE else "/".join(parts)


def reaching_down(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the imports that may name rooms further down: those of methods that show, and of what they return."""
    for node in walk(tree):
        if isinstance(node, ast.ClassDef):
            shown = (part for part in node.body if isinstance(part, ast.FunctionDef) and part.name in SHOWING)
            yield from (inner for part in shown for inner in ast.walk(part))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            named = (part for part in node.body if isinstance(part, ast.ImportFrom))
            yield from (part for part in named if {alias.name for alias in part.names} <= SHAPES)


def imported(path: Path) -> Iterator[str]:
    """Name the rooms that a module imports, at its head, inside functions, or for type checkers."""
    tree = tree_of(path)
    passed_over = set(map(id, reaching_down(tree)))
    for node in walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cdi":
            inner = str(node.module).split(".")[1:]
            if inner[:1] in ([room] for room in WHOLE):
                yield inner[0]
            elif inner and (len(inner) > 1 or (HOUSE / f"{inner[0]}.py").is_file()):
                yield "/".join(inner)
            else:
                yield from ("/".join([*inner, alias.name]) for alias in node.names if not alias.name.startswith("__"))
        elif isinstance(node, ast.Import):
            yield from ("/".join(alias.name.split(".")[1:]) for alias in node.names if alias.name.startswith("cdi."))


class TestRooms:
    def test_are_all_listed_once(self) -> None:
        listed = rooms()
        assert len(listed) == len(set(listed))
        assert set(listed) == {room_of(path) for path in MODULES if path.parent.name in WHOLE or path.name[0] != "_"}

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
    def test_import_only_those_above_them_in_the_list(self, path: Path) -> None:
        order = {room: place for place, room in enumerate(rooms())}
        room = room_of(path)
        if room.rpartition("/")[2] in {"__init__", "__main__"}:
            return
        assert {name for name in imported(path) if name != room and order.get(name, -1) > order[room]} == set()
        assert {name for name in imported(path) if name not in order} == set()

    def test_of_the_command_line_are_imported_by_none(self) -> None:
        assert not [path for path in MODULES if room_of(path) not in {"cli", "__main__"} and "cli" in imported(path)]

    def test_wording_imports_nothing_of_the_project(self) -> None:
        assert {name for path in MODULES if room_of(path) == "wording" for name in imported(path)} <= {"wording"}


class TestLoading:
    HEAVY = frozenset(
        ["numpy", "pandas", "scipy", "duckdb", "narwhals", "polars", "pyarrow", "rich", "jinja2", "openpyxl"]
    ) | {"matplotlib", "afcharts", "statsmodels", "patsy", "formulaic"}
    RUN = "from click.testing import CliRunner\nfrom cdi.cli.app import cli\nshown = CliRunner().invoke(cli, {}).output"

    @pytest.mark.parametrize(
        "code",
        [
            "import cdi",
            "import cdi; dir(cdi); cdi.__all__",
            "import cdi; cdi.DataError",
            "import cdi.cli",
            RUN.format(["--help"]) + "\nassert 'Usage' in shown",
            RUN.format(["estimate", "--help"]) + "\nassert '--volumes' in shown",
            RUN.format(["trend", "--help"]) + "\nassert '--chart' in shown",
            RUN.format(["compare", "--help"]) + "\nassert '--margin' in shown",
            RUN.format(["forces", "--help"]) + "\nassert '--mixed-periods' in shown",
            RUN.format(["resample", "--help"]) + "\nassert '--replicates' in shown",
            RUN.format(["template", "--help"]) + "\nassert 'KIND' in shown",
        ],
    )  # fmt: skip
    def test_little_is_loaded_before_there_is_work(self, code: str) -> None:
        assert not loaded_after(code) & self.HEAVY

    def test_importing_loads_no_room_but_the_door(self) -> None:
        assert {name for name in loaded_after("import cdi") if name.startswith("cdi")} == {"cdi"}

    @pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.long)])
    def test_every_room_can_be_imported_first(self, step: int) -> None:
        """What others made stays loaded, for it takes most of the time; the project is loaded anew for each room."""
        names = [f"cdi.{room.replace('/', '.')}" for room in rooms() if room not in {"wording", "cli"}]
        assert len(names) > 200
        names = names[::step]
        loaded_after(
            f"import importlib, traceback\nfailed = []\nfor room in {names}:\n"
            "    for name in [name for name in sys.modules if name.split('.')[0] == 'cdi']:\n"
            "        del sys.modules[name]\n"
            "    try:\n        importlib.import_module(room)\n    except Exception:\n"
            "        failed.append(f'{room}: {traceback.format_exc()}')\n"
            "assert not failed, '\\n'.join(failed)"
        )

    def test_importing_changes_nothing(self) -> None:
        code = (
            "import random, warnings, logging, locale, decimal, os\n"
            "state = lambda: (random.getstate(), list(warnings.filters), logging.getLogger().handlers[:], "
            "locale.setlocale(locale.LC_ALL), str(decimal.getcontext()), dict(os.environ))\n"
            "before = state()\nimport cdi\n[getattr(cdi, name) for name in cdi.__all__]\n"
            "import numpy; numpy_state = numpy.random.get_state()[1].tolist()\nafter = state()\n"
            "assert before[0] == after[0] and before[2:] == after[2:]\n"
        )
        loaded_after(code)
