//! Activation @ID@: f(x) = erf(x). `value` is f(x), `derivative` is f'(x), where y = f(x).
#[allow(unused_imports)]
use basso::*;
mod basso;

activation! {
    id: "@ID@", version: "0.1.0", summary: "f(x) = erf(x)", source: "own work",
    value: |x| erf(x),
    derivative: |x, _y| 1.1283791670955126 * exp(-x * x),
}

#[cfg(test)]
#[path = "@ID@-test.rs"]
mod test;
