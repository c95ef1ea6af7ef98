//! Activation @ID@: f(x) = x / (1 + |x|), written so that the infinities have the right limits, too.
#[allow(unused_imports)]
use basso::Real;
mod basso;

activation! {
    id: "@ID@", version: "0.1.0", summary: "f(x) = x / (1 + |x|)", source: "own work",
    value: |x| (1.0 / (1.0 + 1.0 / x.magnitude())).with_sign(x),
    derivative: |_x, y| (1.0 - y.magnitude()) * (1.0 - y.magnitude()),
}

#[cfg(test)]
#[path = "@ID@-test.rs"]
mod test;
