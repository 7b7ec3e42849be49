//! HDF5 dimension scales: what makes xarray, netCDF4 and h5py see named dimensions and their coordinates.

use std::ffi::CString;
use std::os::raw::{c_char, c_int, c_uint};

use hdf5::{Dataset, Error, File, Result};
use hdf5_sys::h5::herr_t;
use hdf5_sys::h5i::hid_t;

// HDF5's high-level library, which `hdf5-sys` links with its feature `hl`, but does not declare.
// https://docs.hdfgroup.org/hdf5/v1_14/group___h5_d_s.html
#[allow(unsafe_code, reason = "the HDF5 bindings declare no dimension scales")]
unsafe extern "C" {
    fn H5DSset_scale(dataset: hid_t, name: *const c_char) -> herr_t;
    fn H5DSattach_scale(dataset: hid_t, scale: hid_t, dimension: c_uint) -> herr_t;
}

/// Makes a dataset a dimension scale of this name.
pub(super) fn set_scale(dataset: &Dataset, name: &str) -> Result<()> {
    let name = CString::new(name).map_err(|_| Error::from("a dimension's name holds a zero byte"))?;
    // SAFETY: the id is that of an open dataset, held by `dataset` for the call; the name is a C string that HDF5 copies; `sync`
    // holds the lock under which the library, which is not thread-safe, is called everywhere else.
    #[allow(unsafe_code, reason = "see SAFETY")]
    let status = hdf5::sync::sync(|| unsafe { H5DSset_scale(dataset.id(), name.as_ptr()) });
    done(status, "H5DSset_scale")
}

/// A dimension without coordinates, in the form that the NetCDF library writes.
pub(super) fn anonymous_dimension(file: &File, name: &str, length: usize) -> Result<Dataset> {
    let dimension = file.new_dataset::<f32>().shape(length).create(name)?;
    set_scale(&dimension, &format!("This is a netCDF dimension but not a netCDF variable.{length:>10}"))?;
    Ok(dimension)
}

/// Attaches scales to the dimensions of a dataset, in order.
pub(super) fn attach_scales(dataset: &Dataset, scales: &[&Dataset]) -> Result<()> {
    for (dimension, scale) in (0..).zip(scales) {
        // SAFETY: both ids are of open datasets, held for the call, and HDF5 itself refuses a dimension that does not exist; `sync`
        // as above.
        #[allow(unsafe_code, reason = "see SAFETY")]
        let status = hdf5::sync::sync(|| unsafe { H5DSattach_scale(dataset.id(), scale.id(), dimension) });
        done(status, "H5DSattach_scale")?;
    }
    Ok(())
}

fn done(status: c_int, call: &str) -> Result<()> {
    if status < 0 { Err(Error::from(format!("{call} failed"))) } else { Ok(()) }
}
