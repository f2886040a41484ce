"""Runs the commands of a document, and compares what they print with what it says.

    run_commands.py DOCUMENT --romanet-bin DIR --llvm-bin DIR [--runtime FILE] [--plugin FILE] [--folder DIR]

In a folder of its own, or DIR, with test/ and tools/ of the project: a ```mlir block becomes model.mlir, a ```yaml block
machine.yaml, a ```csv block layers.csv, a ```json block schedules.json, or the file that the text right in front of it names, as in "`script.mlir`:";
the commands of all ```sh blocks run one after the other, the first that fails ends it; a ```text block must be what
the commands before it printed since the last one, and all that they print must stand in one. The folders of the programs and libraries, which a document
names as a user would after an installation, are replaced by those given.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile

FILES = {"mlir": "model.mlir", "yaml": "machine.yaml", "csv": "layers.csv", "json": "schedules.json"}
BLOCK = re.compile(r"(?:`([\w.-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.S | re.M)
ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--runtime", default="")
    parser.add_argument("--plugin", default="")
    parser.add_argument("--folder", help="is kept, with all files")
    options = parser.parse_args()
    with open(options.document) as file:
        blocks = BLOCK.findall(file.read())
    environment = dict(os.environ, LLVM=os.path.dirname(options.llvm_bin), RUNTIME=options.runtime,
                       ROMANET_PLUGIN=options.plugin)
    environment["PATH"] = os.pathsep.join([options.romanet_bin, options.llvm_bin, os.environ["PATH"]])
    compared, printed = 0, ""
    with contextlib.nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as folder:
        for name in ("test", "tools"):
            os.symlink(os.path.realpath(os.path.join(ROOT, name)), os.path.join(folder, name))
        for name, kind, text in blocks:
            if kind in FILES:
                with open(os.path.join(folder, name or FILES[kind]), "w") as file:
                    file.write(text)
            elif kind == "sh":
                done = subprocess.run(["bash", "-eo", "pipefail", "-c", text], cwd=folder, env=environment,
                                      capture_output=True, text=True)
                sys.stderr.write(done.stderr)
                if done.returncode:
                    print(f"exit {done.returncode}:\n{text}")
                    return 1
                printed += done.stdout
            elif kind == "text":
                compared += 1
                if printed != text:
                    print(f"the commands print\n{printed}but the document says\n{text}")
                    return 1
                printed = ""
    if printed:
        print(f"the commands print\n{printed}but the document does not say so")
        return 1
    print(f"{len(blocks)} blocks, {compared} outputs compared")
    return 0 if any(kind == "sh" for _, kind, _ in blocks) else 1


if __name__ == "__main__":
    sys.exit(main())
