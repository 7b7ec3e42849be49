//! The words that files and verdicts use for the kinds of things.

use quanyu_basin::{Booking, GroupKind, Owner, Sector};

/// The word for a sector.
pub fn sector_word(sector: Sector) -> &'static str {
    match sector {
        Sector::Domestic => "domestic",
        Sector::Industry => "industry",
        Sector::Irrigation => "irrigation",
        Sector::Ecology => "ecology",
        Sector::MineDrainage => "mine-drainage",
    }
}

/// The word for an owner.
pub fn owner_word(owner: Owner) -> &'static str {
    match owner {
        Owner::Public => "public",
        Owner::SelfSupply => "self-supply",
        Owner::Village => "village",
        Owner::Mine => "mine",
    }
}

/// The word for a booking.
pub fn booking_word(booking: Booking) -> &'static str {
    match booking {
        Booking::Groundwater => "groundwater",
        Booking::Surface => "surface",
        Booking::Other => "other",
    }
}

/// The word for a kind of take, with its spring or mine.
pub fn kind_word(kind: &GroupKind) -> String {
    match kind {
        GroupKind::Wells => "wells".into(),
        GroupKind::SpringIntake { spring } => format!("spring-intake:{spring}"),
        GroupKind::MineDrainage { mine } => format!("mine-drainage:{mine}"),
    }
}
