"""One side of a comparison: reads a line that names the work, does it, and answers with its time and result.

A work is prepared anew for each run; only the run is measured, in seconds of processor time and of the wall clock,
and repeated until a tenth of a second has passed, so that short work is measured as well as long work.
"""

import json
import sys
import time

LEAST = 0.1


def measure(prepare):
    core = wall = 0.0
    runs = 0
    while core < LEAST and wall < 2 * LEAST:
        run = prepare()
        core_start, wall_start = time.process_time(), time.perf_counter()
        result = run()
        core += time.process_time() - core_start
        wall += time.perf_counter() - wall_start
        runs += 1
    return {"core": core / runs, "wall": wall / runs, "runs": runs, "result": result}


def answer(works, versions):
    """`works` maps names to functions that prepare a run and return it as a function of nothing."""
    say({"versions": versions})
    for line in sys.stdin:
        try:
            say(measure(works[line.strip()]))
        except Exception as error:  # A work that breaks off is an answer too: the others go on.
            say({"error": repr(error)})


def say(value):
    sys.__stdout__.write("@" + json.dumps(value) + "\n")
    sys.__stdout__.flush()
