//! Odds: the same scenarios on many basins, each of which could be the real one.
//!
//! A member is a [`Basin`](quanyu_basin::Basin) whose figures were drawn from their ranges ([`draw`]). Factors are drawn
//! by a seeded Latin hypercube (McKay, Beckman and Conover, 1979, Technometrics 21), so that each is covered evenly by few
//! members; recharge is drawn jointly with what it must feed ([`LatinHypercube::feeding`]), and the importance weight of that draw goes
//! into the member's weight ([`LatinHypercube::log_importance`]), so that the prior stays the stated one. Members are weighted by the published marks that the model answers ([`log_weight`]); a figure that is an input never
//! weights one. What comes out are shares of members under assumed priors ([`odds`]), with their sampling error, and which
//! factor moves which verdict ([`influences`]).

mod climate;
mod draw;
mod factor;
mod feeding;
mod figures;
mod influence;
mod outcome;
mod places;
mod rulings;
mod sample;
mod weight;

pub use draw::{ClimateStart, Drawn, Freedom, carried_out, draw};
pub use factor::{Factor, factors};
pub use feeding::Wanted;
pub use figures::{at_its_figures, figures};
pub use influence::{Influence, influences};
pub use outcome::{
    Judged, MemberOutcome, MemberRun, Odds, SpringYears, odds, sampling_error, undetermined_odds,
};
pub use rulings::{AGREED, verdict_of_members};
pub use sample::LatinHypercube;
pub use weight::{effective_size, log_weight, quantile, weights};
