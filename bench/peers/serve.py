"""What the scripts of the other side share: requests from stdin, answers on stdout, a line each.

A script says `ready DESCRIPTION` once it has imported all it needs, or `missing WHAT` and ends. An answer begins with `ok` or
`error`. The request `load ARGUMENTS` makes a problem; every other one calls the problem's method of that name.
"""
import ctypes
import gc
import sys
import time


def say(text):
    print(text, flush=True)


def lacking(error):
    """Ends a script whose imports failed."""
    say(f"missing {error}")
    sys.exit()


def serve(description, load):
    say(f"ready {description}")
    problem = None
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            if command == "load":
                # The last problem may be large; it goes before the next one comes.
                problem = None
                problem = load(*arguments)
                say("ok")
            else:
                answer = getattr(problem, command)(*arguments)
                say("ok" if answer is None else f"ok {answer}")
        except Exception as failure:
            say(f"error {type(failure).__name__}: {failure}".splitlines()[0])


def seconds(run, count=1):
    """Seconds of a run, the mean of so many in a row, of which none pays for collecting others' garbage."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count


def blas():
    """The library of matrix products that is in use, to which large products and spectra are left, and, where it is
    OpenBLAS, the processor that it takes this one for."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if "blas" in line.lower() or "mkl" in line}
    except OSError:
        return "unknown"
    names = " ".join(sorted(path.split("/")[-1] for path in paths)) or "built in"
    cores = {core(path) for path in paths} - {None}
    return f"{names} for {' '.join(cores)}" if cores else names


def core(path):
    try:
        name = ctypes.CDLL(path).openblas_get_corename
    except (OSError, AttributeError):
        return None
    name.restype = ctypes.c_char_p
    return name().decode()
