//! Recharge drawn jointly with the take and the springs that it must feed.

use geo::{LineString, MultiPolygon, Polygon};
use quanyu_basin::{
    Basin, GroupKind, InfiltrationKind, Mark, MarkQuantity, MarkUse, Origin, Parameter, ParameterKind,
    Placement, RechargeArea,
};
use quanyu_policy::ensemble::{Factor, Freedom, LatinHypercube, draw, factors};

use crate::fixture::{assumed, basin, names};

const MEMBERS: usize = 600;
const MULTIPLIER: &str = "parameter:infiltration";

/// 400 km² that let in 48 million m³ a year, wells that take some 12 million, a spring that is known to give 28 million at least.
fn fed() -> Basin {
    let mut basin = basin();
    let corners = vec![(0.0, 0.0), (2e4, 0.0), (2e4, 2e4), (0.0, 2e4)];
    basin.outlines[0].polygon = MultiPolygon(vec![Polygon::new(LineString::from(corners), Vec::new())]);
    basin.recharge_areas = vec![RechargeArea {
        kind: InfiltrationKind {
            id: "karst".into(),
            names: names("karst"),
            coefficient: assumed(0.2, 0.15, 0.25),
        },
        polygon: None,
        origin: Origin::NONE,
    }];
    basin.parameters = vec![Parameter {
        id: "infiltration".into(),
        names: names("infiltration"),
        kind: ParameterKind::Infiltration,
        prior: assumed(1.0, 0.7, 1.4),
        free: true,
        calibrated: None,
        origin: Origin::NONE,
    }];
    basin.marks = vec![Mark {
        id: "great-flow".into(),
        names: names("great-flow"),
        quantity: MarkQuantity::SpringFlow { spring: "great".into() },
        from: 2018,
        to: 2025,
        value: assumed(1.2, 0.9, 1.5),
        usage: MarkUse::Calibrate,
        origin: Origin::NONE,
    }];
    for group in basin.groups.iter_mut().filter(|group| group.kind == GroupKind::Wells) {
        let take = group.take.value;
        group.take = assumed(take, 0.2 * take, 3.0 * take);
    }
    basin.ties = Vec::new();
    basin
}

fn sampled(basin: &Basin, seed: u64) -> (Vec<Factor>, LatinHypercube) {
    let factors = factors(basin, &Freedom::default());
    let sample = LatinHypercube::new(&factors, MEMBERS, seed);
    let sample = sample.feeding(basin, &Freedom::default(), &factors);
    (factors, sample)
}

fn place(factors: &[Factor]) -> usize {
    factors.iter().position(|factor| factor.id == MULTIPLIER).expect("it is drawn")
}

/// Multiplier, take and importance weight of every member.
fn members(seed: u64) -> Vec<[f64; 3]> {
    let basin = fed();
    let (factors, sample) = sampled(&basin, seed);
    (0..MEMBERS)
        .map(|member| {
            let drawn = draw(&basin, &Freedom::default(), &factors, &sample, member).basin;
            let wells = drawn
                .groups
                .iter()
                .filter(|group| group.kind == GroupKind::Wells && group.placement != Placement::Outside);
            let take = wells.map(|group| group.take.value).sum();
            [drawn.parameters[0].prior.value, take, sample.log_importance(member).exp()]
        })
        .collect()
}

/// Means of multiplier and take and their correlation, by weight.
fn moments(members: &[[f64; 3]], weight: impl Fn(&[f64; 3]) -> f64) -> [f64; 3] {
    let sum: f64 = members.iter().map(&weight).sum();
    let mean = |of: &dyn Fn(&[f64; 3]) -> f64| {
        members.iter().map(|member| weight(member) * of(member)).sum::<f64>() / sum
    };
    let (first, second) = (mean(&|member| member[0]), mean(&|member| member[1]));
    let product = |a: usize, b: usize| {
        let means = [first, second];
        mean(&|member| (member[a] - means[a]) * (member[b] - means[b]))
    };
    [first, second, product(0, 1) / (product(0, 0) * product(1, 1)).sqrt()]
}

#[test]
fn recharge_moves_with_the_take_that_it_must_feed() {
    let [_, _, together] = moments(&members(7), |_| 1.0);
    // Independent draws stay below 0.082 in 19 of 20 samples of this size.
    assert!(together > 0.15, "correlation of recharge with take: {together}");
}

#[test]
fn weighted_members_stand_for_the_stated_prior() {
    let members = members(7);
    let [proposed, _, _] = moments(&members, |_| 1.0);
    let [mean, _, together] = moments(&members, |member| member[2]);
    // Half of the prior lies evenly in 0.7–1, half in 1–1.4.
    let (prior, deviation) = (1.025, 0.205);
    let error = deviation / (MEMBERS as f64).sqrt();
    assert!((proposed - prior).abs() > 3.0 * error, "the proposal is another one: {proposed}");
    assert!((mean - prior).abs() < 2.0 * error, "mean of the weighted members: {mean}");
    assert!(together.abs() < 0.1, "the prior knows no correlation: {together}");
}

#[test]
fn no_member_leaves_the_range_and_none_outweighs_two() {
    for [multiplier, _, importance] in members(8) {
        assert!((0.7..=1.4).contains(&multiplier), "{multiplier}");
        assert!(importance > 0.0 && importance <= 2.0 + 1e-12, "{importance}");
    }
}

#[test]
fn a_seed_gives_the_same_members_and_moves_recharge_alone() {
    let basin = fed();
    let (factors, one) = sampled(&basin, 7);
    let (_, again) = sampled(&basin, 7);
    let plain = LatinHypercube::new(&factors, MEMBERS, 7);
    let place = place(&factors);
    let mut moved = 0;
    for member in 0..MEMBERS {
        assert_eq!(one.member(member), again.member(member));
        assert_eq!(one.log_importance(member).to_bits(), again.log_importance(member).to_bits());
        for (factor, (own, before)) in one.member(member).iter().zip(plain.member(member)).enumerate() {
            if factor == place {
                moved += usize::from(*own != before);
            } else {
                assert_eq!(*own, before, "{}", factors[factor].id);
            }
        }
    }
    assert!(moved > MEMBERS / 2, "{moved} of {MEMBERS} moved");
    assert_ne!(sampled(&basin, 8).1.member(0)[place], one.member(0)[place]);
}

#[test]
fn a_mark_held_out_proposes_nothing() {
    let mut basin = fed();
    basin.marks[0].usage = MarkUse::HoldOut;
    let (factors, sample) = sampled(&basin, 7);
    let plain = LatinHypercube::new(&factors, MEMBERS, 7);
    for member in 0..MEMBERS {
        assert_eq!(sample.member(member), plain.member(member));
        assert_eq!((sample.log_importance(member), sample.wanted(member)), (0.0, None));
    }
}
