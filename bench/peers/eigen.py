"""LAPACK through SciPy, as the other side of `eigen`: reads requests from stdin, answers on stdout.

Requests (one a line; answers begin with `ok` or `error`):

  load FOLDER        reads matrix.npy
  choose WORK        answers `DRIVER|SECONDS|`
  time WORK COUNT    runs it so many times: answers seconds a run
  write WORK PATH    writes its eigenvalues as .npy

Works: `evd-values`, `evd-vectors`, `evr-values`, `evr-vectors`, and `evd-pair`, the vectors of two matrices.
"""
import gc
import os
import sys
import time

# The library reads this when it is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[1]

try:
    import numpy
    import scipy
    import scipy.linalg
except ImportError as missing:
    print(f"missing {missing}", flush=True)
    sys.exit()


def blas():
    """The libraries that the work is left to: Debian's plain ones are several times slower than OpenBLAS."""
    with open("/proc/self/maps") as maps:
        files = {os.path.realpath(line.split()[-1]) for line in maps if "blas" in line or "lapack" in line}
    return " ".join(sorted(files)) or "built in"


class Problem:
    def __init__(self, folder):
        self.matrix = numpy.load(f"{folder}/matrix.npy")

    def run(self, work):
        driver, what = work.split("-")
        solve = lambda: scipy.linalg.eigh(
            self.matrix, driver=driver, eigvals_only=what == "values", check_finite=False)
        values = solve()
        if what == "pair":
            values = solve()
        return values if what == "values" else values[0]

    def seconds(self, work):
        start = time.perf_counter()
        self.run(work)
        return time.perf_counter() - start

    def choose(self, work):
        first = self.seconds(work)
        return f"dsy{work.split('-')[0]}|{min(first, self.seconds(work))}|"

    def time(self, work, count):
        gc.collect()
        seconds = sum(self.seconds(work) for _ in range(int(count))) / int(count)
        # The library's threads keep a core busy for some milliseconds after their work: the other side's turn is next.
        time.sleep(0.05)
        return seconds

    def write(self, work, path):
        numpy.save(path, self.run(work))


def main(threads):
    say = lambda text: print(text, flush=True)
    say(f"ready SciPy {scipy.__version__}, {threads} threads, BLAS {blas()}")
    problem = None
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            if command == "load":
                problem = Problem(*arguments)
                say("ok")
            else:
                answer = getattr(problem, command)(*arguments)
                say("ok" if answer is None else f"ok {answer}")
        except Exception as failure:
            say(f"error {type(failure).__name__}: {failure}".splitlines()[0])


if __name__ == "__main__":
    main(int(sys.argv[1]))
