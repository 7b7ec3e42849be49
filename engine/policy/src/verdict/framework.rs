//! The targets around the groundwater ones, as far as a ledger can check them: total use, use of unconventional water, rates that
//! saving leads to. What rests on figures that nobody has published is undetermined and says what is missing.

use quanyu_basin::{Basin, Fault, Figure, GroupKind, UnconventionalKind};

use super::wording::{en, say_ends, word, zh};
use super::{Band, Evidence, Ruling, Scope, Side, Status};
use crate::apply::Draft;
use crate::{Ends, Litres, MeasureKind, SavingRate, Target};

fn city(target: &Target, test: &str, unit: &str) -> Ruling {
    Ruling::open(target, Scope::new("city", "city"), test, target.required, unit)
}

fn not_covered(ruling: &mut Ruling, year: i16) {
    ruling.reason.say(format!("模拟时段不含{year}年。"), format!("The run does not cover {year}."));
}

/// `total-use`: what the city's users of the ledger take or are served in the year, and beside it what the ledger does not hold
/// (river water of old projects, reuse): `beside` is its value, low and high end \[m³/a\]. Drainage of mines is not use.
pub(super) fn total_use(evidence: &Evidence, target: &Target, most: f64, beside: [f64; 3]) -> Ruling {
    let mut ruling = city(target, "total-use", "m3/a");
    ruling.threshold = Some(most);
    let by = target.by.year();
    if !evidence.value.ledger.years().contains(&by) {
        not_covered(&mut ruling, by);
        return ruling;
    }
    let used = |side: &Side| {
        let account = side.ledger.year(by, |group| {
            group.county.is_some() && !matches!(group.kind, GroupKind::MineDrainage { .. })
        });
        (account.delivered + account.substituted).cubic_metres()
    };
    let [value, low, high] = [&evidence.value, &evidence.low, &evidence.high].map(used);
    let at = [value + beside[0], low + beside[1], high + beside[2]];
    let [at_value, at_low, at_high] = at.map(|use_| Status::of(use_ <= most));
    ruling.status = Status::agreed(at_value, &[at_low, at_high]);
    ruling.value = Some(at[0]);
    ruling.band = Some(Band::over(at[1], at[2]));
    ruling.margin_m3 = Some(most - at[0]);
    ruling.reason.say(
        format!("账内用水{}，账外（地表水、其他水源，假定）{}，上限{}。", zh(value), zh(beside[0]), zh(most)),
        format!(
            "Users of the ledger have {}, others (surface water and other sources outside it, assumed) {}; at most {}.",
            en(value),
            en(beside[0]),
            en(most)
        ),
    );
    say_ends(&mut ruling.reason, at_value, at_low, at_high, (at[1], at[2]));
    ruling
}

fn kind_words(kind: UnconventionalKind) -> (&'static str, &'static str) {
    match kind {
        UnconventionalKind::Reclaimed => ("再生水", "reclaimed water"),
        UnconventionalKind::MineWater => ("矿井水", "mine water"),
        UnconventionalKind::Cistern => ("窖池集雨", "cistern water"),
    }
}

/// `use-rate`: what found a user of all unconventional water of a kind in the year, over what is available. Where that has a range, the
/// rate is planned at both of its ends, too: of more water less finds a user.
pub(super) fn use_rate(
    evidence: &Evidence,
    target: &Target,
    kind: UnconventionalKind,
    least: f64,
) -> Result<Ruling, Vec<Fault>> {
    let mut ruling = city(target, "use-rate", "1");
    ruling.threshold = Some(least);
    let by = target.by.year();
    let (kind_zh, kind_en) = kind_words(kind);
    let sources = &evidence.basin.levers.sources;
    let available = available_of(evidence.basin, kind, |figure| figure.value);
    if !evidence.value.ledger.years().contains(&by) {
        not_covered(&mut ruling, by);
        return Ok(ruling);
    }
    if available <= 0.0 {
        ruling.reason.say(
            format!("流域数据中没有{kind_zh}水源。"),
            format!("The basin's data have no source of {kind_en}."),
        );
        return Ok(ruling);
    }
    let first = evidence.basin.projects.len();
    // In every month a source holds whole litres, and loses the rest of the last one.
    let of_kind = sources.iter().filter(|source| source.kind == kind).count();
    let months = evidence.value.ledger.periods.iter().filter(|period| period.year() == by).count();
    let rounding = Litres::new((of_kind * months) as i64).cubic_metres();
    let of_this_kind = |project: usize| {
        let source = project.checked_sub(first).and_then(|source| sources.get(source));
        source.is_some_and(|source| source.kind == kind)
    };
    // At the end of the least take sources bring their most, and the other way round.
    let in_ledger = |(side, ends): (&Side, Ends)| {
        let ledger = side.ledger;
        let mut used = 0.0;
        for period in (0..ledger.periods.len()).filter(|period| ledger.periods[*period].year() == by) {
            for group in 0..ledger.groups.len() {
                for (project, volume) in &ledger.entry(group, period).substituted {
                    if of_this_kind(*project) {
                        used += volume.cubic_metres();
                    }
                }
            }
        }
        (used, available_of(evidence.basin, kind, |figure| ends.pick_relief(figure)))
    };
    // No river feeds these sources, so that what is planned of them is what is served.
    let planned = |end: fn(&Figure) -> f64| -> Result<(f64, f64), Vec<Fault>> {
        let mut basin = evidence.basin.clone();
        for source in basin.levers.sources.iter_mut().filter(|source| source.kind == kind) {
            source.available.value = end(&source.available);
        }
        let draft = Draft::new(&basin, evidence.scenario, Ends::Value, 1.0, None)?;
        let mut used = 0.0;
        for period in evidence.value.ledger.periods.iter().filter(|period| period.year() == by) {
            let plan = draft.period(period);
            let of_kind = plan.projects.iter().enumerate().filter(|(project, _)| of_this_kind(*project));
            used += of_kind.map(|(_, source)| source.used.cubic_metres()).fold(0.0, |sum, used| sum + used);
        }
        Ok((used, available_of(&basin, kind, |figure| figure.value)))
    };
    let rate = |(used, available): (f64, f64)| used / available;
    let holds = |(used, available): (f64, f64)| Status::of(used + rounding >= least * available);
    let sides = [(&evidence.value, Ends::Value), (&evidence.low, Ends::Low), (&evidence.high, Ends::High)];
    let sides = sides.map(in_ledger);
    let ranged = sources.iter().any(|source| source.kind == kind && source.available.range.is_some());
    let ends = if ranged { vec![planned(Figure::low)?, planned(Figure::high)?] } else { Vec::new() };
    let [at_value, at_low, at_high] = sides.map(holds);
    let at_ends: Vec<Status> = ends.iter().copied().map(holds).collect();
    ruling.status = Status::agreed(at_value, &[vec![at_low, at_high], at_ends.clone()].concat());
    let value = rate(sides[0]);
    ruling.value = Some(value);
    let rates = sides[1..].iter().chain(&ends).copied().map(rate);
    let (low, high) = rates.fold((value, value), |(low, high), rate| (low.min(rate), high.max(rate)));
    ruling.band = Some(Band::over(low, high));
    ruling.reason.say(
        format!(
            "可利用{kind_zh}{}（假定）中{:.1} %找到用户，要求{:.0} %。",
            zh(available),
            value * 100.0,
            least * 100.0
        ),
        format!(
            "{:.1} % of {} of {kind_en} available (assumed) found a user; {:.0} % are asked.",
            value * 100.0,
            en(available),
            least * 100.0
        ),
    );
    say_words(&mut ruling, [at_value, at_low, at_high]);
    if let ([few, many], [at_few, at_many]) = (&ends[..], &at_ends[..])
        && (*at_few != at_value || *at_many != at_value)
    {
        ruling.reason.say(
            format!(
                "可利用量区间两端：{}时{:.1} %（{}），{}时{:.1} %（{}）。",
                zh(few.1),
                rate(*few) * 100.0,
                word(*at_few).0,
                zh(many.1),
                rate(*many) * 100.0,
                word(*at_many).0
            ),
            format!(
                "At the ends of what is available: of {} {:.1} % ({}), of {} {:.1} % ({}).",
                en(few.1),
                rate(*few) * 100.0,
                word(*at_few).1,
                en(many.1),
                rate(*many) * 100.0,
                word(*at_many).1
            ),
        );
    }
    Ok(ruling)
}

/// What is available of a kind in a year \[m³\].
fn available_of(basin: &Basin, kind: UnconventionalKind, of: impl Fn(&Figure) -> f64) -> f64 {
    let own = basin.levers.sources.iter().filter(|source| source.kind == kind);
    own.map(|source| of(&source.available)).fold(0.0, |sum, available| sum + available)
}

/// `saving-rate`: the rate that the scenario's saving measures have reached by the end of the target's year; the worst of them where
/// there are several. Without one there is no figure at all: what rate stands today is not published.
pub(super) fn saving_rate(evidence: &Evidence, target: &Target, rate: SavingRate, bound: f64) -> Ruling {
    let mut ruling = city(target, "saving-rate", "1");
    ruling.threshold = Some(bound);
    let by = target.by.year();
    let Some(last) = evidence.value.ledger.periods.iter().rfind(|period| period.year() == by) else {
        not_covered(&mut ruling, by);
        return ruling;
    };
    let falls = matches!(rate, SavingRate::Leakage | SavingRate::Quota);
    let reached = evidence.scenario.measures.iter().filter_map(|measure| match &measure.kind {
        MeasureKind::Save(rule) if rule.rate == rate => {
            Some(rule.from + (rule.to - rule.from) * rule.ramp.mean(last) * measure.compliance)
        }
        _ => None,
    });
    let worst = reached.reduce(|a, b| if (a > b) == falls { a } else { b });
    let Some(worst) = worst else {
        ruling.reason.say(
            "方案没有改善该指标的措施，现状值也未公布，故无法判定。",
            "No measure of the scenario improves this rate, and what it is today is not published.",
        );
        return ruling;
    };
    // Equal to the digits that rates are stated in.
    const DIGITS: f64 = 1e-9;
    ruling.status = Status::of(if falls { worst <= bound + DIGITS } else { worst >= bound - DIGITS });
    ruling.value = Some(worst);
    ruling.reason.say(
        format!("方案所列节水措施到{by}年底达到{worst:.3}，要求{bound:.3}；只涉及措施所选用户。"),
        format!(
            "The scenario's saving measures reach {worst:.3} by the end of {by}, {bound:.3} is asked; it holds for the users they \
             select only."
        ),
    );
    ruling
}

/// `unpublished`: a target of the policy for which neither a base nor a present figure is published.
pub(super) fn unpublished(target: &Target, missing: &crate::Text) -> Ruling {
    let mut ruling = city(target, "unpublished", "1");
    ruling.reason.say(
        format!("缺少已公布的数据：{}。", missing.zh),
        format!("Nothing is published of: {}.", missing.en),
    );
    ruling
}

fn say_words(ruling: &mut Ruling, [value, low, high]: [Status; 3]) {
    if [low, high].iter().any(|end| *end != value) {
        ruling.reason.say(
            format!("假定区间两端：低端{}，高端{}。", word(low).0, word(high).0),
            format!("At the ends of the assumed ranges: low {}, high {}.", word(low).1, word(high).1),
        );
    }
}
