"""What the printed run of BCF2SS left to be done: MODFLOW's conjugate gradients (modified incomplete Cholesky, relaxation 1, at most
20 iterations inside one of 40; Hill, 1990) stop when neither the first of the inner iterations moves a head by more than 0.001 ft nor
a cell is 1,000 ft3/d short, on equations formed anew, cells dried and wetted, before each call (McDonald and others, 1992). This
plays that run again, with the coefficients and residuals in single precision as there, then closes both periods tightly from where
they stopped, and writes one less the other: stopping_heads.csv, and on the screen the same of the river.

    python3 stopping.py > stopping_heads.csv
"""

import struct
import sys

LAYERS, ROWS, COLUMNS = 2, 10, 15
PLAN = ROWS * COLUMNS
CELLS = LAYERS * PLAN
AREA = 500.0 * 500.0
BOTTOM, CONDUCTIVITY, TRANSMISSIVITY, LEAKANCE = 50.0, 10.0, 500.0, 1e-3
RECHARGE, RIVER_CONDUCTANCE, RIVER_BOTTOM = 0.004, 10000.0, -5.0
THRESHOLD = 2.0
WELLS = {PLAN + 2 * COLUMNS + 3: -35000.0, PLAN + 7 * COLUMNS + 3: -35000.0}
RIVERS = [PLAN + row * COLUMNS + 14 for row in range(ROWS)]
DRY, NEVER = 777.77, 999.99


def single(value):
    """The nearest number of single precision."""
    return struct.unpack("f", struct.pack("f", value))[0]


def neighbours(n):
    """Before and after, in the order of storage: layer, row, column."""
    layer, row, column = n // PLAN, n % PLAN // COLUMNS, n % COLUMNS
    before = [n - PLAN if layer else None, n - COLUMNS if row else None, n - 1 if column else None]
    after = [
        n + PLAN if layer + 1 < LAYERS else None,
        n + COLUMNS if row + 1 < ROWS else None,
        n + 1 if column + 1 < COLUMNS else None,
    ]
    return before, after


NEAR = [neighbours(n) for n in range(CELLS)]


def from_below_only(n):
    """Cells that take water from below and not from beside them."""
    row, column = n // COLUMNS, n % COLUMNS
    return column >= 8 or (column == 3 and row in (2, 7))


def wet_and_dry(head, active):
    """Wets cells of the upper layer from cells that were wet before this call, then dries those without water."""
    fresh = set()
    for n in range(PLAN):
        if not active[n]:
            (_, north, west), (below, south, east) = NEAR[n]
            for other in [below] if from_below_only(n) else [below, west, east, north, south]:
                if other is not None and active[other] and other not in fresh and head[other] >= BOTTOM + THRESHOLD:
                    active[n], head[n] = True, head[other]
                    fresh.add(n)
                    break
        if active[n] and head[n] <= BOTTOM:
            active[n], head[n] = False, DRY


def formed(head, active, wells, rounded):
    """Faces towards the next layer, row and column, what multiplies a cell's own head, and the right-hand side."""
    of = [CONDUCTIVITY * (head[n] - BOTTOM) if n < PLAN else TRANSMISSIVITY for n in range(CELLS)]
    of = [rounded(t) if active[n] else 0.0 for n, t in enumerate(of)]
    faces = []
    for n in range(CELLS):
        below, south, east = NEAR[n][1]
        face = [LEAKANCE * AREA if below is not None and active[n] and active[below] else 0.0]
        for other in (south, east):
            between = other is not None and of[n] > 0.0 and of[other] > 0.0
            face.append(rounded(2.0 * of[n] * of[other] / (of[n] + of[other])) if between else 0.0)
        faces.append(face)
    own, right = [0.0] * CELLS, [0.0] * CELLS
    for n, rate in wells.items():
        right[n] = rounded(right[n] - rate)
    for n in RIVERS:
        if head[n] > RIVER_BOTTOM:
            own[n] = -RIVER_CONDUCTANCE
        else:
            right[n] = rounded(right[n] + RIVER_CONDUCTANCE * RIVER_BOTTOM)
    for n in range(PLAN):
        top = n if active[n] else n + PLAN
        right[top] = rounded(right[top] - rounded(RECHARGE * AREA))
    return faces, own, right


def product(faces, own, active, x):
    result = [0.0] * CELLS
    for n in range(CELLS):
        if active[n]:
            result[n] += own[n] * x[n]
            for face, other in zip(faces[n], NEAR[n][1]):
                if face:
                    flow = face * (x[other] - x[n])
                    result[n] += flow
                    result[other] -= flow
    return result


def conjugate_gradients(head, active, equations, inner, head_closure, residual_closure, rounded):
    """One call; returns the number of its iterations, and whether the first was close enough."""
    faces, own, right = equations
    times = product(faces, own, active, head)
    residual = [rounded(right[n] - times[n]) if active[n] else 0.0 for n in range(CELLS)]
    backward = [[faces[other][way] if other is not None else 0.0 for way, other in enumerate(NEAR[n][0])] for n in range(CELLS)]
    pivot = [0.0] * CELLS
    for n in range(CELLS):
        if not active[n]:
            continue
        pivot[n] = own[n] - sum(faces[n]) - sum(backward[n])
        for way, other in enumerate(NEAR[n][0]):
            if other is not None and pivot[other]:
                lost = [faces[other][rest] for rest in range(3) if rest != way]
                pivot[n] -= backward[n][way] * (backward[n][way] + sum(lost)) / pivot[other]
    search, old = [0.0] * CELLS, 0.0
    for iteration in range(1, inner + 1):
        middle, step = [0.0] * CELLS, [0.0] * CELLS
        for n in range(CELLS):
            if active[n]:
                middle[n] = residual[n]
                for way, other in enumerate(NEAR[n][0]):
                    if other is not None and pivot[other]:
                        middle[n] -= backward[n][way] * middle[other] / pivot[other]
        for n in reversed(range(CELLS)):
            if active[n]:
                ahead = sum(face * step[other] for face, other in zip(faces[n], NEAR[n][1]) if face)
                step[n] = (middle[n] - ahead) / pivot[n]
        new = sum(a * b for a, b in zip(step, residual))
        search = [s + (new / old if old else 0.0) * p for s, p in zip(step, search)]
        old = new
        image = product(faces, own, active, search)
        bent = sum(a * b for a, b in zip(search, image))
        length = new / bent if bent else 1.0
        moved = [length * p for p in search]
        for n in range(CELLS):
            if active[n]:
                head[n] += moved[n]
                residual[n] = rounded(residual[n] - length * image[n])
        close = max(map(abs, moved)) <= head_closure and max(map(abs, residual)) <= residual_closure
        if close:
            return iteration, iteration == 1
    return inner, False


def run(head, active, wells, head_closure, residual_closure, inner, rounded, most=40):
    """A steady period; returns how often equations were formed and the iterations."""
    total = 0
    for call in range(1, most + 1):
        wet_and_dry(head, active)
        equations = formed(head, active, wells, rounded)
        iterations, closed = conjugate_gradients(head, active, equations, inner, head_closure, residual_closure, rounded)
        total += iterations
        if closed:
            return call, total
    raise SystemExit("not closed")


head = [NEVER] * PLAN + [0.0] * PLAN
active = [False] * PLAN + [True] * PLAN
print("# Heads [ft] of the printed run less those of its equations solved, by stopping.py.")
print("# stress period, layer, row, a difference a column")
for period, wells in enumerate([{}, WELLS], start=1):
    counts = run(head, active, wells, 1e-3, 1000.0, 20, single)
    closed, wet = head[:], active[:]
    run(closed, wet, wells, 1e-10, 1e-6, 200, float, most=200)
    if wet != active:
        raise SystemExit("closing it wetted or dried cells")
    river = sum(RIVER_CONDUCTANCE * (closed[n] - head[n]) for n in RIVERS)
    print(f"period {period}: equations formed and iterations {counts}; river, stopped less closed {river}", file=sys.stderr)
    for n in range(0, CELLS, COLUMNS):
        differences = [f"{head[m] - closed[m]:.6f}" for m in range(n, n + COLUMNS)]
        print(",".join([str(period), str(n // PLAN + 1), str(n % PLAN // COLUMNS + 1)] + differences))
