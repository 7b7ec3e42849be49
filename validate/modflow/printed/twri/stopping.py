"""What the printed run of TWRI left to be done: its heads are the 31st iterate of the strongly implicit procedure, stopped when
no head moved by more than 0.001 ft, and 4.6e-3 ft3/s short of a balance. This plays that run again (the procedure of Weinstein,
Stone and Kwok, 1969, with five parameters from a seed of 0.001, as McDonald and Harbaugh, 1988, chapter 12, describe it), goes on
until it is closed, and writes iterate less solution: stopping_heads.csv, and on the screen the same of the rates.

The 31st iterate is the printed table: all 675 heads to half a unit of the last digit, 0.5004 of it at most.
    python3 stopping.py > stopping_heads.csv
"""

import sys

LAYERS, ROWS, COLUMNS = 3, 15, 15
AREA = 5000.0 * 5000.0
LEAKANCE = [2e-8, 1e-8]
WELLS = [(2, 4, 10), (1, 3, 5), (1, 5, 11)] + [(0, row, column) for row in (8, 10, 12) for column in (7, 9, 11, 13)]
DRAINS = dict(zip([(0, 7, column) for column in range(1, 10)], [0, 0, 10, 20, 30, 50, 70, 90, 100]))
SEED, PARAMETERS = 0.001, 5


def cells(reverse=False, backward=False):
    layers, rows = range(LAYERS), range(ROWS)
    if reverse:
        layers, rows = layers[::-1], rows[::-1]
    order = [(k, i, j) for k in layers for i in rows for j in range(COLUMNS) if not (k < 2 and j == 0)]
    return order[::-1] if backward else order


def transmissivity(head, cell):
    return 1e-3 * (head[cell] + 150.0) if cell[0] == 0 else [None, 0.01, 0.02][cell[0]]


def conductance(head, cell, other):
    if other not in head:
        return 0.0
    if cell[0] != other[0]:
        return LEAKANCE[min(cell[0], other[0])] * AREA
    a, b = transmissivity(head, cell), transmissivity(head, other)
    return 2.0 * a * b / (a + b)


def sweep(head, parameter, reverse):
    """One iteration; returns the largest change."""
    back = 1 if reverse else -1
    e, f, g, v = {}, {}, {}, {}
    old = lambda values, cell: values.get(cell, 0.0)
    for cell in cells(reverse):
        k, i, j = cell
        layer, row, column = (k + back, i, j), (k, i + back, j), (k, i, j - 1)
        z, b, d = (conductance(head, cell, other) for other in (layer, row, column))
        s, h, r = (conductance(head, cell, other) for other in ((k - back, i, j), (k, i - back, j), (k, i, j + 1)))
        own = -(z + b + d + s + h + r)
        flow = sum(
            conductance(head, cell, other) * (head[other] - head[cell])
            for other in [layer, row, column, (k - back, i, j), (k, i - back, j), (k, i, j + 1)]
            if other in head
        )
        flow += 3e-8 * AREA * (k == 0) - 5.0 * (cell in WELLS)
        if cell in DRAINS and head[cell] > DRAINS[cell]:
            own -= 1.0
            flow -= head[cell] - DRAINS[cell]
        al = z / (1 + parameter * (old(e, layer) + old(f, layer)))
        bl = b / (1 + parameter * (old(e, row) + old(g, row)))
        cl = d / (1 + parameter * (old(f, column) + old(g, column)))
        a, c, p = al * old(e, layer), bl * old(e, row), cl * old(f, column)
        w, t, u = cl * old(g, column), al * old(f, layer), bl * old(g, row)
        dl = own + parameter * (a + c + p + w + t + u) - cl * old(e, column) - bl * old(f, row) - al * old(g, layer)
        e[cell], f[cell], g[cell] = ((x - parameter * y) / dl for x, y in ((r, a + c), (h, t + p), (s, w + u)))
        v[cell] = (-flow - al * old(v, layer) - bl * old(v, row) - cl * old(v, column)) / dl
    for cell in cells(reverse, backward=True):
        k, i, j = cell
        v[cell] -= e[cell] * old(v, (k, i, j + 1)) + f[cell] * old(v, (k, i - back, j)) + g[cell] * old(v, (k - back, i, j))
    for cell, change in v.items():
        head[cell] += change
    return max(abs(change) for change in v.values())


def solve(closure, most):
    head = {(k, i, j): 0.0 for k in range(LAYERS) for i in range(ROWS) for j in range(COLUMNS)}
    for iteration in range(most):
        place = iteration % PARAMETERS
        parameter = 1.0 - SEED ** (place / (PARAMETERS - 1))
        if sweep(head, parameter, reverse=iteration % 2 == 1) <= closure:
            return head, iteration + 1
    raise SystemExit("not closed")


def rates(head):
    drains = sum(max(head[cell] - elevation, 0.0) for cell, elevation in DRAINS.items())
    given = [(k, i, 0) for k in range(2) for i in range(ROWS)]
    to_given = 0.0
    for cell in given:
        k, i, j = cell
        others = [(k, i, 1), (k - 1, i, j), (k + 1, i, j), (k, i - 1, j), (k, i + 1, j)]
        others = [other for other in others if other not in given]
        to_given += sum(conductance(head, cell, other) * (head[other] - head[cell]) for other in others if other in head)
    return drains, to_given


stopped, count = solve(1e-3, 100)
closed, _ = solve(1e-12, 2000)
print(count, "iterations; drains and given heads, stopped less closed:", file=sys.stderr)
print([a - b for a, b in zip(rates(stopped), rates(closed))], file=sys.stderr)
print("# Heads [ft] of the printed run less those of its equations solved, by stopping.py.")
print("# stress period, layer, row, a difference a column")
for k in range(LAYERS):
    for i in range(ROWS):
        differences = [f"{stopped[k, i, j] - closed[k, i, j]:.6f}" for j in range(COLUMNS)]
        print(",".join(["1", str(k + 1), str(i + 1)] + differences))
