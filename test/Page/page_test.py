"""Makes pages of reports and opens them in Chromium, see check_page.mjs.

    page_test.py --romanet-bin DIR --source DIR --work DIR

Exits with 77, and says why, where the page, npm, its registry or Chromium are not there.
"""

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        print(f"{' '.join(command)} exits with {done.returncode}:\n{done.stdout}{done.stderr}")
        sys.exit(1)
    return done.stdout


def find(*names):
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    skip(f"{names[0]} is not installed (tools/setup.sh {names[0]})")


def install(work):
    """The packages that package-lock.json pins, in `work`."""
    npm = find("npm")
    names = ["package.json", "package-lock.json"]
    isThere = os.path.isdir(os.path.join(work, "node_modules", "playwright-core")) and all(
        os.path.exists(os.path.join(work, name)) and
        filecmp.cmp(os.path.join(HERE, name), os.path.join(work, name), shallow=False) for name in names)
    shutil.copy(os.path.join(HERE, "check_page.mjs"), work)
    if isThere:
        return
    for name in names:
        shutil.copy(os.path.join(HERE, name), work)
    done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1",
                           "--fetch-timeout=60000"], cwd=work, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(os.path.join(work, "node_modules"), ignore_errors=True)
        skip("npm ci could not fetch playwright-core: " + " ".join(done.stderr.split())[:300])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)

    def tool(name):
        return os.path.join(options.romanet_bin, name)

    def path(name):
        return os.path.join(options.work, name)

    chromium, node = find("chromium"), find("node", "nodejs")
    install(options.work)

    # A small program with everything, and tables of layers with and without.
    run(tool("romanet-opt"), os.path.join(HERE, "Inputs", "small.mlir"), "--romanet-tile", "--romanet-dram-map",
        "--romanet-report=format=json simulate baseline=smartshuttle capacity-curve=5,25,50,100,200,400 "
        f"output={path('program.json')}", "-o", os.devnull)
    layers = os.path.join(options.source, "test", "Models", "layers")
    table = os.path.join(layers, "vgg16.csv")
    for name, more in (("table", ["--layers", table, "--baseline=romanet", "--capacity-curve=50,100,200"]),
                       ("free", ["--layers", table, "--layouts=free", "--shared-capacity=73728"])):
        with open(path(name + ".json"), "w") as file:
            file.write(run(tool("romanet-search"), "--format=json", *more))
    # Nine elements of a kernel do not fit eight bytes; the exit status says so.
    with open(path("infeasible.json"), "w") as file:
        subprocess.run([tool("romanet-search"), "--format=json", "--layers", table, "--fc", "--input-capacity=8",
                        "--weights-capacity=100", "--output-capacity=100"], stdout=file, stderr=subprocess.DEVNULL)
    with open(path("infeasible.json")) as file:
        totals = json.load(file)["totals"]
        assert 0 < totals["infeasible_layers"] < totals["layers"]
    reports = ["program", "table", "free", "infeasible"]
    pairs = []
    for name in reports:
        page = path(name + ".html")
        done = subprocess.run([tool("romanet-report"), path(name + ".json"), "-o", page], capture_output=True, text=True)
        if "was built without its page" in done.stderr:
            skip("romanet-report was built without its page, since npm or its registry was not there")
        if done.returncode:
            print(done.stderr)
            sys.exit(1)
        pairs += [page, path(name + ".json")]
    run(tool("romanet-report"), "--compare", path("table.json"), path("free.json"), "-o", path("comparison.html"))
    with open(path("comparison.json"), "w") as file:
        file.write(run(tool("romanet-report"), "--compare", path("table.json"), path("free.json"), "--format=json"))
    pairs += [path("comparison.html"), path("comparison.json")]
    # Sweeps: with points that do not fit, and of more than two axes. What was there may be of another program.
    tables = os.path.join(options.source, "test", "Tools", "romanet-search", "Inputs", "small.csv")
    for name, more in (("sweep", ["--capacities=1,20,50,100,400", "--objectives=energy,bytes"]),
                       ("axes", ["--capacities=20,100", "--simulate", "--axes=capacity,simulated-energy,time"])):
        shutil.rmtree(path(name), ignore_errors=True)
        machine = os.path.join(options.source, "test", "Tools", "romanet-sweep", "Inputs", "tiny.yaml")
        subprocess.run([tool("romanet-sweep"), tables, "-o", path(name), f"--machine={machine}", *more, "--format=json",
                        "--drams=ddr3-1600-2gb-x8,lpddr4-3200-8gb-x16,hbm2-8gb-x128", f"--output={path(name + '.json')}"],
                       stderr=subprocess.DEVNULL)
        run(tool("romanet-report"), path(name + ".json"), "-o", path(name + ".html"))
        pairs += [path(name + ".html"), path(name + ".json")]
    with open(path("sweep.json")) as file:
        totals = json.load(file)["totals"]
        assert 0 < totals["infeasible"] < totals["points"] and totals["on_front"] > 2, totals
    check = [node, path("check_page.mjs"), chromium, options.work]
    if subprocess.run([*check, *pairs], cwd=options.work).returncode:
        sys.exit(1)

    # A figure that is not the report's is found.
    with open(path("table.json")) as file:
        report = json.load(file)
    report["layers"][0]["energy"]["read_pj"] += 1
    with open(path("wrong.json"), "w") as file:
        json.dump(report, file)
    done = subprocess.run([*check, path("table.html"), path("wrong.json")], cwd=options.work, capture_output=True, text=True)
    if done.returncode == 0 or "AssertionError" not in done.stderr:
        print(f"a wrong figure is not found:\n{done.stdout}{done.stderr}")
        sys.exit(1)


if __name__ == "__main__":
    main()
