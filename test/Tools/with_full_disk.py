"""Runs a command that can write no more than a kibibyte to a file, as if the disk were full then.

    with_full_disk.py PROGRAM ARGUMENT...
"""

import os
import resource
import signal
import sys

resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
# Nothing is said but by the error of the write: LLVM takes the signal for a crash, even where it was ignored.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGXFSZ])
os.execv(sys.argv[1], sys.argv[1:])
