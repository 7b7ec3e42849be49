//! The water budget: rates of a step, volumes so far, as the table of the listing and as CSV.

use std::io::{self, Write};

use super::fortran;

/// One term of the budget.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetTerm {
    /// Kind (`STO-SS`, `WEL`, `RCHA` …).
    pub term: String,
    /// Name of the package.
    pub package: String,
    /// Rate into the model, not below nought.
    pub inflow: f64,
    /// Rate out of the model, not below nought.
    pub outflow: f64,
}

/// The budget of a model, its volumes adding up from step to step.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    terms: Vec<BudgetTerm>,
    volumes: Vec<[f64; 2]>,
    headed: bool,
}

impl Budget {
    /// A budget without water.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the rates of a step; the terms must be the same at every step.
    pub fn add_step(&mut self, terms: Vec<BudgetTerm>, length: f64) {
        self.volumes.resize(terms.len(), [0.0; 2]);
        for (volume, term) in self.volumes.iter_mut().zip(&terms) {
            volume[0] += term.inflow * length;
            volume[1] += term.outflow * length;
        }
        self.terms = terms;
    }

    fn totals(&self) -> [f64; 4] {
        let mut totals = [0.0; 4];
        for (volume, term) in self.volumes.iter().zip(&self.terms) {
            totals[0] += volume[0];
            totals[1] += volume[1];
            totals[2] += term.inflow;
            totals[3] += term.outflow;
        }
        totals
    }

    /// Inflow less outflow of the last step, in percent of their mean.
    pub fn percent_discrepancy(&self) -> f64 {
        let [_, _, inflow, outflow] = self.totals();
        percent(inflow, outflow)
    }

    /// Writes the table of the listing for a step and stress period (from one).
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_table(&self, out: &mut impl Write, step: usize, period: usize) -> io::Result<()> {
        let [volume_in, volume_out, rate_in, rate_out] = self.totals();
        write!(
            out,
            "\n\n  VOLUME BUDGET FOR ENTIRE MODEL AT END OF TIME STEP{step:5}, STRESS PERIOD{period:4}\n"
        )?;
        writeln!(out, "  {}", "-".repeat(99))?;
        writeln!(out, " ")?;
        writeln!(
            out,
            "     CUMULATIVE VOLUME      L**3       RATES FOR THIS TIME STEP      L**3/T          {:<16}",
            "PACKAGE NAME"
        )?;
        let rule = |count: usize| "-".repeat(count);
        writeln!(out, "     {}{:17}{}{:21}{}", rule(18), "", rule(24), "", rule(16))?;
        write!(out, "\n           IN:{:38}IN:\n           ---{:38}---\n", "", "")?;
        self.write_side(out, 0)?;
        write!(out, " \n            TOTAL IN ={}{:14}TOTAL IN ={}\n", large(volume_in), "", large(rate_in))?;
        write!(out, " \n          OUT:{:37}OUT:\n          ----{:37}----\n", "", "")?;
        self.write_side(out, 1)?;
        write!(
            out,
            " \n           TOTAL OUT ={}{:13}TOTAL OUT ={}\n",
            large(volume_out),
            "",
            large(rate_out)
        )?;
        let (volume, rate) = (volume_in - volume_out, rate_in - rate_out);
        write!(out, " \n            IN - OUT ={}{:14}IN - OUT ={}\n", small(volume), "", small(rate))?;
        writeln!(
            out,
            " \n PERCENT DISCREPANCY ={}     PERCENT DISCREPANCY ={}\n",
            fortran::fixed(percent(volume_in, volume_out), 15, 2),
            fortran::fixed(percent(rate_in, rate_out), 15, 2)
        )
    }

    fn write_side(&self, out: &mut impl Write, side: usize) -> io::Result<()> {
        for (volume, term) in self.volumes.iter().zip(&self.terms) {
            let rate = [term.inflow, term.outflow][side];
            let (volume, rate) = (large(volume[side]), large(rate));
            let (name, package) = (&term.term, &term.package);
            writeln!(out, "    {name:>16} ={volume}      {name:>16} ={rate}     {package:<16}")?;
        }
        Ok(())
    }

    /// Writes the row of a step to the CSV table, before the first one its head.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_csv(&mut self, out: &mut impl Write, total_time: f64) -> io::Result<()> {
        if !self.headed {
            self.headed = true;
            write!(out, "time,")?;
            for side in ["IN", "OUT"] {
                for term in &self.terms {
                    write!(out, "{}({})_{side},", term.term, term.package)?;
                }
            }
            writeln!(out, "TOTAL_IN,TOTAL_OUT,PERCENT_DIFFERENCE")?;
        }
        let [_, _, inflow, outflow] = self.totals();
        let numbers = std::iter::once(total_time)
            .chain(self.terms.iter().map(|term| term.inflow))
            .chain(self.terms.iter().map(|term| term.outflow))
            .chain([inflow, outflow, percent(inflow, outflow)]);
        writeln!(out, "{}", numbers.map(fortran::full).collect::<Vec<_>>().join(","))
    }
}

fn percent(inflow: f64, outflow: f64) -> f64 {
    let mean = (inflow + outflow) / 2.0;
    if mean == 0.0 { 0.0 } else { 100.0 * (inflow - outflow) / mean }
}

fn large(value: f64) -> String {
    number(value, 9.999_99e11)
}

fn small(value: f64) -> String {
    number(value, 9.999_99e10)
}

fn number(value: f64, big: f64) -> String {
    if value != 0.0 && (value.abs() >= big || value.abs() < 0.1) {
        fortran::scientific(value, 17, 4)
    } else {
        fortran::fixed(value, 17, 4)
    }
}
