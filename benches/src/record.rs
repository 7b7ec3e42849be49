//! The runs that README.md records, as one command.

use std::path::Path;

use crate::method::Method;
use crate::problem::Name;
use crate::solvers::{self, Solvers};
use crate::{finish, play_drying, play_months, run_kernels, sides, summary};

/// Kernels, the race, months and Newton; fewer methods the larger the systems are. Writes all to one page.
pub(crate) fn run(out: &Path, full: bool) -> Result<(), String> {
    let kernels = run_kernels(&[4_320_000, 10_800_000], &[1, 2], out)?;
    let mut lines = Vec::new();
    for seed in 1..=3 {
        lines.extend(play_months(&[Name::Rough(1.0), Name::Karst(1e4)], 1_080_000, seed, 1)?);
        if full || seed == 1 {
            lines.extend(play_drying(&[2.0], 270_000, seed, 1));
        }
    }
    let sequences = finish(&lines, out)?;
    let sides = sides::run(&[Name::Rough(1.0), Name::Karst(1e4)], &[10_000, 270_000], &[1, 2], out)?;
    let race = solvers::run(&races(out, full), out)?;
    let command = if full { "record --full" } else { "record" };
    let page = format!(
        "# One run of `cargo run -p benches --release -- {command}`\n\n## Linear systems\n\n{race}\n## Sequences\n\n{sequences}\n\
         ## Several right-hand sides\n\n{sides}\n\
         ## Passes over the finest level\n\n{kernels}\n\n## Charts\n\n{}\n",
        summary::charts(out)?
    );
    crate::write(&out.join("README.md"), &page)
}

fn races(out: &Path, full: bool) -> Vec<Solvers> {
    let run =
        |problems: &[Name], cells: &[usize], seeds: u64, threads: &[usize], methods: &[Method]| Solvers {
            problems: problems.to_vec(),
            cells: cells.to_vec(),
            methods: methods.to_vec(),
            threads: threads.to_vec(),
            seeds,
            repeats: 1,
            export: None,
            import: Vec::new(),
            out: out.to_path_buf(),
        };
    let [v, k, aggregation, auto, .., cholesky, hypre, pfmg] = Method::ALL;
    let rough = [Name::Rough(1.0), Name::Rough(2.0)];
    let karst = [Name::Karst(1e4), Name::Karst(1e6)];
    let layers = [Name::Layers(1), Name::Layers(3), Name::Layers(10)];
    let large = if full { 5 } else { 1 };
    let mut races = vec![
        run(&rough, &[30_000], 1, &[1, 2], &[]),
        run(&karst, &[30_000], 1, &[1, 2], &[]),
        run(&rough, &[270_000], 5, &[1, 2], &[v, k, aggregation, auto, hypre]),
        run(&karst, &[270_000], 5, &[1, 2], &[aggregation, auto, hypre]),
        run(&rough[..1], &[270_000], 1, &[1], &[cholesky, pfmg]),
        run(&layers, &[30_000], 1, &[1], &[]),
        run(&layers, &[270_000], 1, &[1], &[k, aggregation, auto, hypre]),
        run(&[Name::Jincheng(500), Name::Jincheng(250)], &[], 1, &[1, 2], &[k, aggregation, auto, hypre]),
        run(&rough, &[1_080_000], 5, &[1, 2], &[k, hypre]),
        run(&karst, &[1_080_000], 5, &[1, 2], &[aggregation, hypre]),
        run(&rough[..1], &[1_080_000], 1, &[1], &[v, aggregation, auto, pfmg]),
        run(&rough, &[4_320_000], large, &[1, 2], &[k, hypre]),
        run(&karst, &[4_320_000], large, &[1, 2], &[aggregation, hypre]),
    ];
    if full {
        races.extend([
            run(&[Name::Jincheng(100)], &[], 1, &[1, 2], &[k, aggregation, auto, hypre]),
            run(&rough[..1], &[10_000_000], 1, &[1, 2], &[k, hypre]),
            run(&karst[..1], &[10_000_000], 1, &[1, 2], &[aggregation, hypre]),
        ]);
    }
    races
}
