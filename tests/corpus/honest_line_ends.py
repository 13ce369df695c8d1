"""A notebook that went through Windows: carriage returns in every source, tabs, trailing blanks, sources as lists."""

TITLE = "Windows' line ends"
KIND = "honest"
MUST = "full marks"
BASE = "right"


def write(notebook, folder):
    import json

    for cell in notebook.cells:
        lines = cell.source.replace("    ", "\t").split("\n") if cell.cell_type == "code" else cell.source.split("\n")
        cell["source"] = [line + "  \r\n" for line in lines]
    text = json.dumps(notebook, indent="\t").replace("\n", "\r\n")
    (folder / "00_toy.ipynb").write_bytes(text.encode())
