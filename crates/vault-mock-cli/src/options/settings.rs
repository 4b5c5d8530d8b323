use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use vault_mock::{InvalidSetting, Setting, VaultBuilder};

/// The settings of the library that are given, as texts: each is a flag.
#[derive(Clone, Default)]
pub(crate) struct GivenSettings(Vec<(&'static Setting, String)>);

impl GivenSettings {
    pub(super) fn apply(&self, builder: VaultBuilder) -> Result<VaultBuilder, InvalidSetting> {
        let mut given = self.0.iter();
        given.try_fold(builder, |builder, (setting, text)| {
            builder.setting(setting, text)
        })
    }
}

impl Args for GivenSettings {
    fn augment_args(command: Command) -> Command {
        let all = Setting::all().iter();
        command.args(all.map(|setting| {
            let default = setting.default_text();
            let default = default.map_or_else(String::new, |text| {
                // A number with a fraction may have none.
                format!(" [default: {}]", text.strip_suffix(".0").unwrap_or(&text))
            });
            Arg::new(setting.name())
                .long(setting.name().replace('_', "-"))
                .value_name(setting.placeholder())
                .help(format!("{}{default}", setting.description()))
                .value_parser(|text: &str| setting.check(text).map(|()| text.to_owned()))
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for GivenSettings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let all = Setting::all().iter();
        let given = all.filter_map(|setting| {
            let text = matches.get_one::<String>(setting.name())?;
            Some((setting, text.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}
