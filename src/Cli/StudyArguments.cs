using System.CommandLine;
using Looped.Studies.Settings;

namespace Looped.Cli;

/// <summary>
/// The settings of a study on the command line: an option a setting, and <c>--config</c> for a file with several of them.
/// </summary>
internal sealed class StudyArguments<TSettings>
    where TSettings : class
{
    private readonly IReadOnlyList<StudyOption<TSettings>> _options;
    private readonly TSettings _defaults;
    private readonly Option<string?>[] _arguments;
    private readonly Option<string?> _config;

    /// <summary>Arguments for these settings.</summary>
    public StudyArguments(IReadOnlyList<StudyOption<TSettings>> options, TSettings defaults)
    {
        (_options, _defaults) = (options, defaults);
        _arguments =
        [
            .. options.Select(option => new Option<string?>($"--{option.Name}")
            {
                Description = $"{option.Description} [{option.Allowed}; default: " +
                    (option.Name == "threads" ? "all cores]" : $"{option.Get(defaults)}]"),
                HelpName = option.Kind,
            }),
        ];
        _config = PathOption.Optional(
            "--config", "JSON file with settings by these names, such as the config.json of a run; options given here win");
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var argument in _arguments)
        {
            command.Add(argument);
        }

        command.Add(_config);
    }

    /// <summary>The settings as given.</summary>
    /// <exception cref="SettingException">The configuration file cannot be used.</exception>
    /// <exception cref="UserException">A value is not allowed.</exception>
    public TSettings Read(ParseResult parsed) => Read(parsed, _defaults);

    /// <summary>The settings as given, laid over others than the defaults.</summary>
    /// <exception cref="SettingException">The configuration file cannot be used.</exception>
    /// <exception cref="UserException">A value is not allowed.</exception>
    public TSettings Read(ParseResult parsed, TSettings settings)
    {
        if (parsed.GetValue(_config) is { } file)
        {
            settings = SettingsFile.Read(file, settings, _options);
        }

        for (var i = 0; i < _arguments.Length; i++)
        {
            if (parsed.GetValue(_arguments[i]) is { } text)
            {
                try
                {
                    settings = _options[i].Apply(settings, text);
                }
                catch (SettingException failure)
                {
                    throw new UserException($"--{failure.Message}");
                }
            }
        }

        return settings;
    }
}
