use vault_sessions::{HasAppId, LacksAppId};

struct Mine;

impl HasAppId for Mine {}
impl LacksAppId for Mine {}

fn main() {}
