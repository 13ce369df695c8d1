"""A zip file under the notebook's name; unpacked it would take 200 MB."""

TITLE = "a zip bomb under the notebook's name"
KIND = "file"
MUST = "needs a human"


def write(notebook, folder):
    import zipfile

    with zipfile.ZipFile(folder / "00_toy.ipynb", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("00_toy.ipynb", "w") as file:
            for _ in range(200):
                file.write(bytes(1_000_000))
