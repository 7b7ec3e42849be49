//! HDF5 attributes, texts as variable-length UTF-8.

use hdf5::types::VarLenUnicode;
use hdf5::{H5Type, Location, Result};

/// A text in the form that HDF5 stores.
pub(super) fn unicode(text: &str) -> Result<VarLenUnicode> {
    text.parse().map_err(|_| hdf5::Error::from("a text holds a zero byte"))
}

/// Gives a place a text.
pub(super) fn text_attribute(place: &Location, name: &str, text: &str) -> Result<()> {
    place.new_attr::<VarLenUnicode>().create(name)?.write_scalar(&unicode(text)?)
}

/// Gives a place a value.
pub(super) fn attribute<T: H5Type>(place: &Location, name: &str, value: T) -> Result<()> {
    place.new_attr::<T>().create(name)?.write_scalar(&value)
}

/// Gives a place several texts, each with its name.
pub(super) fn texts(place: &Location, pairs: &[(&str, &str)]) -> Result<()> {
    pairs.iter().try_for_each(|(name, text)| text_attribute(place, name, text))
}
