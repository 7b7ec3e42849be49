//! Models of any kind, sensible or not: a fault, a failure or an answer, never a panic.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use quanyu_flow::*;

/// Numbers that look random and are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() * count as f64) as usize
    }

    fn happens(&mut self, odds: f64) -> bool {
        self.next() < odds
    }

    /// Mostly a sensible number, sometimes zero or one of extreme size, seldom none.
    fn number(&mut self, sensible: f64) -> f64 {
        let extremes = [0.0, 1e30, 1e-30, -1.0, f64::INFINITY, f64::NAN];
        match self.below(400) {
            at if at < 8 => extremes[at.min(3)] * if at > 3 { sensible } else { 1.0 },
            8 => extremes[self.below(6)],
            _ => sensible * (0.5 + self.next()),
        }
    }
}

fn model(random: &mut Random) -> Model {
    let (layers, rows, columns) = (1 + random.below(4), 1 + random.below(4), 1 + random.below(5));
    let (per_layer, cells) = (rows * columns, layers * rows * columns);
    let top: Vec<f64> = (0..per_layer).map(|_| random.number(100.0)).collect();
    let mut bottom = Vec::with_capacity(cells);
    for cell in 0..cells {
        let above = if cell < per_layer { top[cell] } else { bottom[cell - per_layer] };
        let thickness = if random.happens(0.05) { 0.0 } else { random.number(10.0) };
        bottom.push(above - thickness);
    }
    let kind = (0..cells)
        .map(|cell| match random.below(12) {
            0 => CellKind::Inactive,
            1 | 2 => CellKind::PassThrough,
            _ if bottom[cell] >= if cell < per_layer { top[cell] } else { bottom[cell - per_layer] } => {
                CellKind::PassThrough
            }
            _ => CellKind::Active,
        })
        .collect();
    let convertible = random.happens(0.8);
    let upstream = random.happens(0.5);
    let mut laws = Laws {
        averaging: [
            Averaging::Harmonic,
            Averaging::Logarithmic,
            Averaging::ThicknessLogarithmic,
            Averaging::ThicknessHarmonic,
        ][random.below(4)],
        ..Laws::default()
    };
    laws.storage.coefficient = random.happens(0.3);
    laws.storage.confined_only = random.happens(0.3);
    if random.happens(0.2) {
        laws.storage.convertible = Some((0..cells).map(|_| random.happens(0.5)).collect());
    }
    if random.happens(0.2) {
        laws.starting_saturation = Some((0..cells).map(|_| random.next()).collect());
    }
    if upstream {
        laws.highest_bottom = random.happens(0.3);
    } else {
        laws.vertical.varying = random.happens(0.4);
        laws.vertical.dewatered = laws.vertical.varying && random.happens(0.5);
        laws.vertical.perched = random.happens(0.3);
        let rewetting = Rewetting {
            threshold: (0..cells).map(|_| random.number(2.0) - 1.0).collect(),
            factor: random.number(0.5),
            interval: 1 + random.below(3),
            start: if random.happens(0.5) { WettingHead::Neighbour } else { WettingHead::Threshold },
        };
        if random.happens(0.7) {
            laws.drying = Drying::Leave(random.happens(0.6).then_some(rewetting));
        }
    }
    let mut many = |sensible: f64| (0..cells).map(|_| random.number(sensible)).collect::<Vec<_>>();
    let properties = Properties {
        conductivity: many(5.0),
        anisotropy: None,
        vertical_conductivity: many(0.1),
        specific_storage: many(1e-5),
        specific_yield: many(0.1),
        convertible: vec![convertible; cells],
    };
    let initial_head = many(80.0);
    Model {
        grid: Grid {
            layers,
            rows,
            columns,
            column_widths: (0..columns).map(|_| random.number(100.0)).collect(),
            row_heights: (0..rows).map(|_| random.number(100.0)).collect(),
            top,
            bottom,
            kind,
            corner: [0.0; 2],
        },
        properties,
        barriers: (0..random.below(3))
            .map(|_| Barrier {
                cell_a: random.below(cells + 1),
                cell_b: random.below(cells + 1),
                hydraulic_characteristic: random.number(0.1) - 0.02,
                origin: Origin(1),
            })
            .collect(),
        initial_head,
        formulation: if upstream { Formulation::Upstream } else { Formulation::Central },
        laws,
        origins: ModelOrigins::default(),
    }
}

/// Without what a check would refuse, most of the time, so that the steps themselves are tried.
fn mended(mut model: Model) -> Model {
    let cells = model.grid.cells();
    let good =
        |value: f64, least: f64, most: f64| if value >= least && value <= most { value } else { least };
    for widths in [&mut model.grid.column_widths, &mut model.grid.row_heights] {
        widths.iter_mut().for_each(|width| *width = good(*width, 1.0, 1e30));
    }
    let rock = &mut model.properties;
    for cell in 0..cells {
        rock.conductivity[cell] = good(rock.conductivity[cell], 0.0, 1e30);
        rock.vertical_conductivity[cell] = good(rock.vertical_conductivity[cell], 0.0, 1e30);
        rock.specific_storage[cell] = good(rock.specific_storage[cell], 0.0, 1e30);
        rock.specific_yield[cell] = good(rock.specific_yield[cell], 0.0, 1.0);
        model.initial_head[cell] = good(model.initial_head[cell], -1e30, 1e30);
        if !(model.grid.bottom[cell].is_finite() && model.grid.thickness(cell) > 0.0) {
            model.grid.kind[cell] = CellKind::Inactive;
        }
    }
    model.barriers.clear();
    model
}

fn packages(random: &mut Random, cells: usize) -> Vec<NamedPackage> {
    let mut rows = |odds: f64| (0..cells).filter(|_| random.happens(odds)).collect::<Vec<_>>();
    let [given, wells, drains, general, rain, plants] = [0.05, 0.2, 0.2, 0.1, 0.5, 0.2].map(&mut rows);
    let origin = Origin(2);
    let packages = [
        Package::ConstantHeads(
            given.into_iter().map(|cell| ConstantHead { cell, head: random.number(90.0), origin }).collect(),
        ),
        Package::Wells(Wells {
            rows: wells
                .into_iter()
                .map(|cell| Well { cell, rate: random.number(1e3) - 1100.0, origin })
                .collect(),
            reduction: if random.happens(0.5) { 0.1 } else { 0.0 },
            fading: None,
        }),
        Package::Drains(
            drains
                .into_iter()
                .map(|cell| Drain {
                    cell,
                    elevation: random.number(80.0),
                    conductance: random.number(10.0),
                    depth: if random.happens(0.5) { random.number(1.0) - 1.0 } else { 0.0 },
                    origin,
                })
                .collect(),
        ),
        Package::GeneralHeads(
            general
                .into_iter()
                .map(|cell| GeneralHead {
                    cell,
                    head: random.number(80.0),
                    conductance: random.number(1e4),
                    origin,
                })
                .collect(),
        ),
        Package::Recharge(
            rain.into_iter()
                .map(|cell| Recharge {
                    cell,
                    rate: random.number(1e-3),
                    fixed_cell: random.happens(0.2),
                    origin,
                })
                .collect(),
        ),
        Package::Evapotranspiration(
            plants
                .into_iter()
                .map(|cell| Evapotranspiration {
                    cell,
                    surface: random.number(90.0),
                    rate: random.number(1e-3),
                    depth: random.number(5.0),
                    bends: if random.happens(0.3) { vec![[0.3, 0.8], [0.6, 0.1]] } else { Vec::new() },
                    surface_share: None,
                    fixed_cell: random.happens(0.2),
                    origin,
                })
                .collect(),
        ),
    ];
    let named = |(at, package)| NamedPackage { name: format!("package {at}"), package };
    packages.into_iter().enumerate().map(named).collect()
}

#[test]
fn whatever_is_asked_there_is_an_answer_or_a_reason() {
    let (mut refused, mut solved, mut failed) = (0, 0, 0);
    for seed in 0..100 {
        let mut random = Random(seed);
        for _ in 0..8 {
            random.next();
        }
        let mut model = model(&mut random);
        if random.happens(0.8) {
            model = mended(model);
        }
        let (cells, upstream) = (model.grid.cells(), model.formulation == Formulation::Upstream);
        let follow = !upstream || random.happens(0.3);
        let problem = match check(model) {
            Ok(problem) => problem,
            Err(faults) => {
                assert!(faults.iter().all(|fault| fault.to_string().len() > 20));
                refused += 1;
                continue;
            }
        };
        let method = if follow { Method::Picard(PicardSettings::default()) } else { Method::Residual };
        let settings =
            Settings { method, max_smoothings: 3, max_pseudo_steps: 4, max_cuts: 1, ..Settings::default() };
        let mut simulation = Simulation::new(&problem, settings, State::start(&problem)).unwrap();
        let mut packages = packages(&mut random, cells);
        for named in &mut packages {
            // Rows in cells that are not active are faults, and most models should get further.
            if let Package::Recharge(rows) = &mut named.package {
                rows.retain(|row| problem.grid().is_active(row.cell));
            }
        }
        let active = |cell: usize| problem.grid().is_active(cell);
        for named in &mut packages {
            match &mut named.package {
                Package::Wells(wells) => wells.rows.retain(|row| active(row.cell) && row.rate.is_finite()),
                Package::Drains(rows) => rows.retain(|row| active(row.cell) && row.conductance >= 0.0),
                Package::GeneralHeads(rows) => rows.retain(|row| active(row.cell) && row.conductance >= 0.0),
                Package::ConstantHeads(rows) => rows.retain(|row| active(row.cell)),
                Package::Evapotranspiration(rows) => rows.retain(|row| active(row.cell) && row.depth > 0.0),
                _ => {}
            }
        }
        simulation.stresses_mut().packages = packages;
        for step in 0..4 {
            let before = simulation.state().clone();
            let outcome = match step {
                0 => simulation.steady(),
                1 => simulation.advance_once(30.0),
                _ => simulation.advance(100.0),
            };
            match outcome {
                Ok(step) => {
                    assert!(step.head.iter().all(|head| head.is_finite()), "seed {seed}");
                    step.write_face_flows(&mut FaceFlows::default());
                    step.zone_budgets(&vec![1; cells]).unwrap();
                    solved += 1;
                }
                Err(failure) => {
                    assert!(failure.to_string().len() > 20);
                    assert_eq!(*simulation.state(), before, "seed {seed}");
                    failed += 1;
                }
            }
        }
    }
    println!("{refused} models refused; {solved} steps solved, {failed} failed");
    assert!(refused > 5 && solved > 50, "{refused} {solved}");
}
