using System.CommandLine;

namespace Looped.Cli;

/// <summary>Options whose values are paths.</summary>
internal static class PathOption
{
    /// <summary>A file that a command needs.</summary>
    public static Option<string> Required(string name, string description) =>
        Checked(new Option<string>(name) { Description = description, HelpName = "file", Required = true });

    /// <summary>A file that a command can do without.</summary>
    public static Option<string?> Optional(string name, string description) =>
        Checked(new Option<string?>(name) { Description = description, HelpName = "file" });

    /// <summary>Has an option refuse the empty path.</summary>
    public static Option<T> Checked<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{option.Name} must name a {option.HelpName}, not ''");
            }
        });
        return option;
    }

    /// <summary>Checks, before work whose result goes to a file begins, that the file can be made.</summary>
    /// <exception cref="UserException">Its folder does not exist, or it is a folder itself.</exception>
    public static string Writable(string name, string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"{name} must name a file, but {path} is a folder");
        }

        return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? path
            : throw new UserException($"{name} {path} cannot be written: its folder does not exist");
    }
}
