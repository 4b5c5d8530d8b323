//! Building a session: through the builders, and as struct literals.

use std::{hint::black_box, io};

use vault_benches::{Contender, built, literal, side_by_side};

fn main() -> io::Result<()> {
    let mut contenders = [
        Contender::new("builders", || {
            black_box(built());
        }),
        Contender::new("literals", || {
            black_box(literal::session());
        }),
    ];
    side_by_side(&mut contenders, "literals")
}
