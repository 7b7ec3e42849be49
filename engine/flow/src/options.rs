//! Which laws a model follows, where the field knows several.
//!
//! The default of each is what MODFLOW 6 does without any option; what an option means is said in *MODFLOW 6 – Description of
//! Input and Output* under the keyword named with it.

/// The laws of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Laws {
    /// Conductance between two horizontal neighbours.
    pub averaging: Averaging,
    /// Conductance between two cells one above the other.
    pub vertical: VerticalConductance,
    /// What a change of head stores.
    pub storage: StorageLaw,
    /// What becomes of a cell whose head falls below its bottom.
    pub drying: Drying,
    /// Share of the thickness that transmits water in cells that are not convertible \[-\], one per cell; full where absent.
    /// MODFLOW's `THICKSTRT`: the share that the starting head wets.
    pub starting_saturation: Option<Vec<f64>>,
    /// Whether the saturation of both sides of a face is measured in the cell of the higher bottom (`HIGHEST_CELL_SATURATION`).
    pub highest_bottom: bool,
}

/// How two cells side by side share one conductance (`ALTERNATIVE_CELL_AVERAGING`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Averaging {
    /// Harmonic mean of the transmissivities: the two half cells in series.
    #[default]
    Harmonic,
    /// Logarithmic mean of the transmissivities (`LOGARITHMIC`).
    Logarithmic,
    /// Arithmetic mean of the thicknesses times logarithmic mean of the conductivities (`AMT-LMK`).
    ThicknessLogarithmic,
    /// Arithmetic mean of the thicknesses times harmonic mean of the conductivities (`AMT-HMK`).
    ThicknessHarmonic,
}

/// How the vertical conductance follows the water table; constant by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct VerticalConductance {
    /// Over the wetted thickness of the upper cell (`VARIABLECV`).
    pub varying: bool,
    /// Over the wetted thickness of the lower cell, too (`DEWATERED`); only together with `varying`.
    pub dewatered: bool,
    /// Water falls freely from a cell whose neighbour below is not full (`PERCHED`).
    pub perched: bool,
}

/// How the head of a cell makes its storage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StorageLaw {
    /// Whether the specific storage is a storage coefficient \[-\], which does not grow with the thickness (`STORAGECOEFFICIENT`).
    pub coefficient: bool,
    /// Whether rock is elastic only while its cell is full (`SS_CONFINED_ONLY`).
    pub confined_only: bool,
    /// Which cells store as convertible ones (`ICONVERT`), where that differs from which transmit so.
    pub convertible: Option<Vec<bool>>,
}

/// What becomes of a cell whose head falls below its bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Drying {
    /// It stays in the problem, with whatever head its neighbours give it.
    #[default]
    Stay,
    /// It leaves the problem, its head becomes [`DRY_HEAD`](crate::DRY_HEAD), and it may come back.
    ///
    /// MODFLOW's standard formulation, which depends on the way: only [`Method::Picard`](crate::Method::Picard) does it.
    Leave(Option<Rewetting>),
}

/// When and how a dry cell comes back (`REWET`).
#[derive(Clone, Debug, PartialEq)]
pub struct Rewetting {
    /// Height above the bottom that a neighbour's head must reach (`WETDRY`) \[m\], one per cell. Positive: neighbours above, below
    /// and beside; negative: those above and below only; 0: the cell never comes back.
    pub threshold: Vec<f64>,
    /// Share of that height, or of the neighbour's head above the bottom, at which the cell begins (`WETFCT`) \[-\].
    pub factor: f64,
    /// Wetting is tried in every so many-th outer iteration (`IWETIT`).
    pub interval: usize,
    /// What the factor multiplies (`IHDWET`).
    pub start: WettingHead,
}

/// The head at which a dry cell comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WettingHead {
    /// `bottom + factor (head of the neighbour − bottom)` (`IHDWET 0`).
    #[default]
    Neighbour,
    /// `bottom + factor |threshold|` (`IHDWET` other than 0).
    Threshold,
}
