"""Writes a model with FloPy, runs it with the program named, and reads everything back with FloPy.

    python3 round_trip.py PROGRAM FOLDER

Prints a line for each number that is compared: what, how far off, how far it may be. Ends with an error where FloPy cannot write,
run or read something.
"""

import os
import sys

import flopy
import numpy as np
from flopy.mf6.utils.binarygrid_util import MfGrdFile

LAYERS, ROWS, COLUMNS = 3, 12, 15
NAME = "gwf"


def write(program, folder):
    simulation = flopy.mf6.MFSimulation(sim_name="round", exe_name=program, sim_ws=folder)
    flopy.mf6.ModflowTdis(simulation, time_units="days", nper=3, perioddata=[(1.0, 1, 1.0), (90.0, 6, 1.3), (90.0, 4, 1.0)])
    flopy.mf6.ModflowIms(simulation, complexity="moderate", outer_dvclose=1e-8, inner_dvclose=1e-9, rcloserecord=1e-6)
    model = flopy.mf6.ModflowGwf(simulation, modelname=NAME, save_flows=True, newtonoptions="NEWTON UNDER_RELAXATION")
    idomain = np.ones((LAYERS, ROWS, COLUMNS), dtype=int)
    idomain[0, :3, :3] = 0
    idomain[1, 8:, 10:] = -1
    bottom = np.stack([np.full((ROWS, COLUMNS), z) for z in (20.0, 10.0, 0.0)])
    bottom[0] += np.linspace(0.0, 3.5, COLUMNS)
    flopy.mf6.ModflowGwfdis(
        model, length_units="meters", nlay=LAYERS, nrow=ROWS, ncol=COLUMNS, delr=np.linspace(80.0, 150.0, COLUMNS), delc=100.0,
        top=32.0, botm=bottom, idomain=idomain, xorigin=1000.0, yorigin=500.0, angrot=12.0,
    )
    flopy.mf6.ModflowGwfic(model, strt=28.0)
    flopy.mf6.ModflowGwfnpf(
        model, icelltype=[1, 1, 0], k=[8.0, 0.5, 20.0], k33=[0.8, 0.01, 2.0], save_specific_discharge=True, save_saturation=True,
    )
    flopy.mf6.ModflowGwfsto(model, iconvert=[1, 1, 0], ss=1e-5, sy=0.12, steady_state={0: True}, transient={1: True})
    flopy.mf6.ModflowGwfchd(model, stress_period_data=[[(0, row, COLUMNS - 1), 27.0] for row in range(ROWS)])
    series = {"filename": "pump.ts", "timeseries": [(0.0, -200.0), (90.0, -900.0), (200.0, -100.0)],
              "time_series_namerecord": "pump", "interpolation_methodrecord": "linear"}
    flopy.mf6.ModflowGwfwel(
        model, boundnames=True, auto_flow_reduce=0.1, timeseries=series,
        stress_period_data={1: [[(2, 5, 6), "pump", "field"], [(2, 9, 3), -300.0, "field"]], 2: [[(2, 5, 6), "pump", "field"]]},
    )
    flopy.mf6.ModflowGwfdrn(model, stress_period_data=[[(0, 6, column), 26.5, 30.0] for column in range(4, 9)])
    flopy.mf6.ModflowGwfriv(model, stress_period_data=[[(0, row, 4), 28.0, 50.0, 26.0] for row in range(3, ROWS)])
    flopy.mf6.ModflowGwfghb(model, stress_period_data=[[(2, row, 0), 28.5, 15.0] for row in range(ROWS)])
    flopy.mf6.ModflowGwfrcha(model, recharge={0: 4e-4, 2: 1e-4})
    flopy.mf6.ModflowGwfevta(model, surface=30.0, rate=3e-4, depth=4.0)
    flopy.mf6.ModflowGwfhfb(model, stress_period_data=[[(2, row, 9), (2, row, 10), 1e-3] for row in range(ROWS)])
    flopy.mf6.ModflowUtlobs(
        model, digits=12, continuous={"heads.csv": [("deep", "HEAD", (2, 5, 6)), ("shallow", "HEAD", (0, 5, 12))]},
    )
    flopy.mf6.ModflowGwfoc(
        model, head_filerecord=f"{NAME}.hds", budget_filerecord=f"{NAME}.cbc", budgetcsv_filerecord=f"{NAME}.budget.csv",
        saverecord=[("HEAD", "ALL"), ("BUDGET", "ALL")], printrecord=[("BUDGET", "ALL")],
    )
    simulation.write_simulation(silent=True)
    return simulation, idomain


def tell(what, error, tolerance):
    print(f"{what}\t{error:.6e}\t{tolerance:.1e}")


def main(program, folder):
    simulation, idomain = write(program, folder)
    success, words = simulation.run_simulation(silent=True)
    if not success:
        sys.exit("FloPy does not see a normal termination:\n" + "\n".join(words))
    path = lambda ending: os.path.join(folder, NAME + ending)

    heads = flopy.utils.HeadFile(path(".hds"))
    times = heads.get_times()
    ends = np.concatenate([[1.0], 1.0 + 90.0 * np.cumsum(1.3 ** np.arange(6)) / np.sum(1.3 ** np.arange(6)), 91.0 + 22.5 * np.arange(1, 5)])
    tell("times of the heads", np.max(np.abs(np.array(times) - ends)) if len(times) == len(ends) else np.inf, 1e-9)
    every = heads.get_alldata()
    tell("inactive cells", np.count_nonzero((every == 1e30) != (idomain[None] < 1)), 0)

    observed = np.genfromtxt(os.path.join(folder, "heads.csv"), delimiter=",", names=True)
    tell("observed heads", max(np.max(np.abs(observed["DEEP"] - every[:, 2, 5, 6])), np.max(np.abs(observed["SHALLOW"] - every[:, 0, 5, 12]))), 1e-9)

    grid = MfGrdFile(path(".dis.grb"))
    own = simulation.get_model(NAME).modelgrid
    read = grid.modelgrid
    tell("grid", max(np.max(np.abs(read.delr - own.delr)), np.max(np.abs(read.botm - own.botm)), abs(read.angrot - 12.0), abs(read.xoffset - 1000.0)), 1e-12)

    flows = flopy.utils.CellBudgetFile(path(".cbc"))
    names = {name.decode().strip() for name in flows.get_unique_record_names()}
    expected = {"FLOW-JA-FACE", "DATA-SPDIS", "DATA-SAT", "STO-SS", "STO-SY", "CHD", "WEL", "DRN", "RIV", "GHB", "RCHA", "EVTA"}
    tell("records missing or strange", len(names ^ expected), 0)

    offsets = grid.ia
    active = (idomain > 0).ravel()
    table = flopy.utils.Mf6ListBudget(path(".lst")).get_dataframes(diff=False)[0]
    csv = np.genfromtxt(path(".budget.csv"), delimiter=",", names=True)
    worst_cell, worst_table, worst_csv, gross = 0.0, 0.0, 0.0, 0.0
    for at, time in enumerate(times):
        faces = flows.get_data(text="FLOW-JA-FACE", totim=time)[0].ravel()
        balance = np.add.reduceat(np.append(faces, 0.0), offsets[:-1])
        balance[np.diff(offsets) == 0] = 0.0
        given = np.zeros(active.size, dtype=bool)
        for name in ("CHD", "WEL", "DRN", "RIV", "GHB", "RCHA", "EVTA"):
            rows = flows.get_data(text=name, totim=time)
            if not rows:
                continue
            inflow = rows[0]["q"][rows[0]["q"] > 0].sum()
            gross = max(gross, inflow)
            np.add.at(balance, rows[0]["node"] - 1, rows[0]["q"])
            worst_table = max(worst_table, abs(inflow - table[f"{name}_IN"].iloc[at]))
            column = [known for known in csv.dtype.names if known.startswith(name) and known.endswith("_IN")][0]
            worst_csv = max(worst_csv, abs(inflow - csv[column][at]))
        for name in ("STO-SS", "STO-SY"):
            stored = flows.get_data(text=name, totim=time)
            if stored:
                balance += stored[0].ravel()
        worst_cell = max(worst_cell, np.max(np.abs(balance[active])))
        spread = flows.get_data(text="DATA-SPDIS", totim=time)[0]
        q = flopy.utils.postprocessing.get_specific_discharge(spread, simulation.get_model(NAME))
        if not np.isfinite(q[0][0, 6, 6]):
            sys.exit("specific discharge is not a number in an active cell")
    tell("balance of every cell from face flows, storage and packages, of the inflow", worst_cell / gross, 1e-6)
    tell("inflows in the listing, of the inflow", worst_table / gross, 1e-6)
    tell("inflows in the budget table, of the inflow", worst_csv / gross, 1e-9)
    tell("percent discrepancy in the listing", np.max(np.abs(table["PERCENT_DISCREPANCY"])), 1e-2)


main(*sys.argv[1:])
