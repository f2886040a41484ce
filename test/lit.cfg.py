import os
import shutil
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "ROMANet"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
# Models are inputs of tests; Integration, Page and Unit are run by ctest and GoogleTest.
config.excludes = ["Inputs", "Models", "Benchmark", "Fuzz", "Integration", "Page", "Unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.romanet_obj_root, "test")

# A plugin with sanitizers needs their runtime, which stock mlir-opt does not have; so does our own runtime in
# mlir-runner.
if not config.romanet_sanitize:
    config.available_features.add("plugin")

# Without npm romanet-report has no page.
page = os.path.join(config.romanet_obj_root, "tools", "romanet-report", "Page.inc")
if os.path.exists(page) and os.path.getsize(page) > 100:
    config.available_features.add("report-page")

# Another program of that name (moreutils has one) takes other options.
if shutil.which("parallel"):
    version = subprocess.run(["parallel", "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if version.stdout.startswith("GNU parallel"):
        config.available_features.add("parallel")

# Some containers have no pseudo-terminals.
try:
    for end in os.openpty():
        os.close(end)
    config.available_features.add("terminal")
except OSError:
    pass

# A network that others wrote, for docs/WalkThrough.md.
if os.environ.get("ROMANET_RESNET8"):
    config.available_features.add("resnet8")
    config.environment["RESNET8"] = os.environ["ROMANET_RESNET8"]

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.add_tool_substitutions(
    ["romanet-opt", "romanet-search", "romanet-sweep", "romanet-translate", "romanet-lsp-server", "romanet-reduce",
     "mlir-opt", "mlir-runner", "FileCheck",
     "not", "count", "split-file",
     # The tool, not the pass of that name in a pipeline.
     ToolSubst("romanet-report", pre=r".-^/\<,({=")],
    [os.path.join(config.romanet_obj_root, "bin"), config.llvm_tools_dir],
)
config.substitutions += [
    ("%plugin", os.path.join(config.romanet_obj_root, "lib", "ROMANetPlugin.so")),
    ("%runtime", os.path.join(config.romanet_obj_root, "lib", "libromanet_runtime.so")),
    ("%models", os.path.join(config.romanet_src_root, "test", "Models")),
    ("%source_root", config.romanet_src_root),
    ("%binary_root", config.romanet_obj_root),
    ("%romanet_bin", os.path.join(config.romanet_obj_root, "bin")),
    ("%llvm_bin", config.llvm_tools_dir),
    ("%llvm_lib", config.llvm_lib_dir),
    ("%python", config.python_executable),
]
