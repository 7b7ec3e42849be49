//! Faults of the choice of laws.

use super::model::Range;
use super::{Faults, place};
use crate::fault::{Fault, FaultKind, Origin};
use crate::model::{Formulation, Model};
use crate::options::{Drying, Rewetting};

/// All faults of a model's laws; its arrays are known to have the right lengths.
pub(super) fn law_faults(model: &Model, faults: &mut Faults) {
    let (laws, origins) = (&model.laws, &model.origins);
    lengths(model, faults);
    if model.formulation == Formulation::Upstream {
        let refused = [
            (laws.vertical.varying, "A varying vertical conductance (VARIABLECV)"),
            (laws.vertical.dewatered, "A vertical conductance of the wetted thickness (DEWATERED)"),
            (laws.vertical.perched, "Free fall between cells (PERCHED)"),
            (laws.drying != Drying::Stay, "Drying cells that leave the problem (REWET)"),
        ];
        for (_, what) in refused.iter().filter(|(asked, _)| *asked) {
            inconsistent(
                faults,
                origins.conductivity,
                &format!("{what} does not go with the upstream formulation."),
            );
        }
    }
    if laws.vertical.dewatered && !laws.vertical.varying {
        inconsistent(faults, origins.conductivity, "DEWATERED is asked for without VARIABLECV.");
    }
    if laws.highest_bottom && model.formulation == Formulation::Central {
        inconsistent(
            faults,
            origins.conductivity,
            "HIGHEST_CELL_SATURATION goes with the upstream formulation only.",
        );
    }
    if let Drying::Leave(Some(rewetting)) = &laws.drying {
        wetting(model, rewetting, faults);
    }
    if let Some(shares) = &laws.starting_saturation
        && shares.len() == model.grid.cells()
    {
        faults.each(0..shares.len(), |cell| {
            let bad = model.grid.is_active(*cell) && !Range::SHARE.holds(shares[*cell]);
            bad.then(|| Fault {
                origin: origins.conductivity,
                kind: FaultKind::OutOfRange,
                message: format!("The starting saturation at {} is out of range.", place(&model.grid, *cell)),
                value: shares[*cell].to_string(),
                allowed: Range::SHARE.text.into(),
                remedy: String::new(),
            })
        });
    }
}

fn lengths(model: &Model, faults: &mut Faults) {
    let (laws, cells) = (&model.laws, model.grid.cells());
    let threshold = match &laws.drying {
        Drying::Leave(Some(rewetting)) => Some(rewetting.threshold.len()),
        _ => None,
    };
    let named = [
        ("starting saturation", laws.starting_saturation.as_ref().map(Vec::len)),
        ("convertible flag of the storage", laws.storage.convertible.as_ref().map(Vec::len)),
        ("wetting threshold", threshold),
    ];
    for (name, length) in named {
        if let Some(length) = length.filter(|length| *length != cells) {
            let message = format!("The {name} has the wrong number of values.");
            let allowed = format!("{cells} values");
            let origin = model.origins.conductivity;
            faults.add(
                origin,
                FaultKind::BadGeometry,
                message,
                length.to_string(),
                &allowed,
                "Give one value each.",
            );
        }
    }
}

fn wetting(model: &Model, rewetting: &Rewetting, faults: &mut Faults) {
    let origin = model.origins.conductivity;
    if !Range::POSITIVE.holds(rewetting.factor) {
        let message = "The wetting factor is out of range.".into();
        faults.add(
            origin,
            FaultKind::OutOfRange,
            message,
            rewetting.factor.to_string(),
            Range::POSITIVE.text,
            "",
        );
    }
    if rewetting.interval == 0 {
        let message = "The interval of wetting is no number of iterations.".into();
        faults.add(origin, FaultKind::OutOfRange, message, "0".into(), "1 or more", "");
    }
    if rewetting.threshold.len() == model.grid.cells() {
        faults.each(0..rewetting.threshold.len(), |cell| {
            let bad = model.grid.is_active(*cell) && !Range::FINITE.holds(rewetting.threshold[*cell]);
            bad.then(|| Fault {
                origin,
                kind: FaultKind::OutOfRange,
                message: format!("The wetting threshold at {} is out of range.", place(&model.grid, *cell)),
                value: rewetting.threshold[*cell].to_string(),
                allowed: Range::FINITE.text.into(),
                remedy: String::new(),
            })
        });
    }
}

fn inconsistent(faults: &mut Faults, origin: Origin, message: &str) {
    faults.add(
        origin,
        FaultKind::Inconsistent,
        message.into(),
        "asked for".into(),
        "one of the two",
        "Drop one of the two.",
    );
}
