"""Downloads what the embedder learns from: `python sources.py FOLDER`. Needs pip, apt and a network.

PyPI packages (sources.txt) are unpacked into FOLDER/NAME; the Debian packages zsh-common (option descriptions, MIT-like
licence) and wordnet-base (glosses, WordNet licence) into FOLDER/zsh-common and FOLDER/wordnet-base; the descriptions
of all Debian packages into FOLDER/debian.txt.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

DEBIAN_PACKAGES = ["zsh-common", "wordnet-base"]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = [line.strip() for line in (Path(__file__).parent / "sources.txt").read_text().splitlines()]
    for name in names:
        if name and not name.startswith("#") and not (folder / name).exists():
            fetch(name, folder / name)
    for name in DEBIAN_PACKAGES:
        if not (folder / name).exists():
            subprocess.run(["apt-get", "download", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            archive = next(folder.glob(f"{name}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", archive, folder / name], check=True)
    with open(folder / "debian.txt", "wb") as out:
        subprocess.run(["apt-cache", "dumpavail"], check=True, stdout=out)


def fetch(name: str, target: Path) -> None:
    downloads = target.parent / "downloads" / name
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(downloads), name]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print(f"{name}: not to be had, left out")
        return
    for archive in downloads.iterdir():
        if archive.suffix == ".whl":
            zipfile.ZipFile(archive).extractall(target)
        else:
            tarfile.open(archive).extractall(target, filter="data")
    print(f"{name}: {archive.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
