using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FastCam.Tests.Docs;

/// <summary>
/// Asserts the order of the house from the compiled assemblies: which project and which namespace may know which, and which of them speak to the
/// user.
/// </summary>
public sealed partial class HouseTests
{
    [Theory]
    [InlineData("FastCam.Saliency")]
    [InlineData("FastCam.Video")]
    [InlineData("FastCam.Onnx", "FastCam.Saliency")]
    [InlineData("FastCam.Edge", "FastCam.Onnx", "FastCam.Saliency", "FastCam.Video")]
    [InlineData("FastCam.OpenCv", "FastCam.Video")]
    [InlineData("FastCam.Lab", "FastCam.Edge", "FastCam.Onnx", "FastCam.Saliency", "FastCam.Video")]
    [InlineData("fastcam", "FastCam.Edge", "FastCam.Lab", "FastCam.Onnx", "FastCam.Saliency", "FastCam.Video")]
    public void A_project_knows_only_those_before_it_on_the_walk(string project, params string[] allowed)
    {
        using var assembly = Read(project);

        var known = assembly.MainModule.AssemblyReferences.Select(reference => reference.Name)
            .Where(name => name.StartsWith("FastCam.", StringComparison.Ordinal));

        Assert.Equal(allowed.Order(), known.Order());
    }

    [Theory]
    [InlineData("FastCam.Saliency")]
    [InlineData("FastCam.Video")]
    [InlineData("FastCam.Onnx")]
    [InlineData("FastCam.Edge")]
    [InlineData("FastCam.Lab")]
    [InlineData("fastcam")]
    public void No_namespace_knows_one_that_knows_it(string project)
    {
        using var assembly = Read(project);
        var known = Types(assembly).GroupBy(Namespace).ToDictionary(group => group.Key, group => group.SelectMany(Known)
            .Where(type => type.Scope == type.Module || type.Scope.Name == type.Module.Name).Select(Namespace)
            .Where(name => name != group.Key && name.StartsWith("FastCam", StringComparison.Ordinal)).ToHashSet());

        var entangled = known.Keys.Where(name => Reach(known, name).Contains(name)).Order();

        Assert.True(known.Count > 1, $"{project} has {known.Count} namespaces");
        Assert.Empty(entangled);
    }

    [Theory]
    [InlineData("FastCam.Saliency")]
    [InlineData("FastCam.Video")]
    [InlineData("FastCam.OpenCv")]
    [InlineData("FastCam.Onnx")]
    [InlineData("FastCam.Edge")]
    [InlineData("FastCam.Lab")]
    public void A_library_knows_no_command_line_and_no_console(string library)
    {
        using var assembly = Read(library);

        var code = Types(assembly).SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions).ToList();
        var packages = Types(assembly).SelectMany(Known).Select(type => type.FullName)
            .Where(name => name.StartsWith("System.CommandLine.", StringComparison.Ordinal) || name.StartsWith("Spectre.", StringComparison.Ordinal));
        var console = code.Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Where(method => method.DeclaringType.FullName == "System.Console").Select(method => method.Name);
        var options = code.Where(instruction => instruction.OpCode == OpCodes.Ldstr).Select(instruction => (string)instruction.Operand)
            .Where(text => Option().IsMatch(text));

        var exits = code.Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Where(method => method.DeclaringType.FullName == "System.Environment" && method.Name is "Exit" or "set_ExitCode");

        Assert.NotEmpty(code);
        Assert.Empty(exits);
        Assert.Empty(packages.Distinct());
        Assert.Equal(library == "FastCam.Video" ? ["OpenStandardInput"] : [], console.Distinct()); // The source pipe: reads standard input.
        Assert.Equal(library == "FastCam.Video" ? ["--pdeathsig"] : [], options.Distinct()); // It is an option of the system's own setpriv.
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        var wrong = Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/") && !file.Contains("/node_modules/"))
            .Where(file => NamespaceLine().Match(File.ReadAllText(file)) is { Success: true } match
                && match.Groups["name"].Value != Path.GetRelativePath(Repository.File("src"), Path.GetDirectoryName(file)!).Replace('/', '.'));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_package_is_pinned_to_one_version()
    {
        var versions = XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => package.Attribute("Version")!.Value).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^\d+(\.\d+){2,3}$", version));
    }

    /// <summary>FastCam.OpenCv is loaded by nobody here: it lies where it was built.</summary>
    static AssemblyDefinition Read(string name)
    {
        var path = name == "FastCam.OpenCv"
            ? Repository.File("src", name, "bin", "Release", "net10.0", $"{name}.dll")
            : Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
        Assert.SkipUnless(File.Exists(path), $"{name} was not built");
        return AssemblyDefinition.ReadAssembly(path);
    }

    /// <summary>
    /// Returns all types that were written by hand or by the compiler, nested ones too; what generators add for JSON and for messages is left out.
    /// </summary>
    static IEnumerable<TypeDefinition> Types(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().Where(type => Namespace(type).StartsWith("FastCam", StringComparison.Ordinal));

    static string Namespace(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Namespace;
    }

    static HashSet<string> Reach(Dictionary<string, HashSet<string>> known, string from)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>(known[from]);
        while (next.TryPop(out var name))
        {
            if (reached.Add(name) && known.TryGetValue(name, out var further))
            {
                foreach (var other in further)
                    next.Push(other);
            }
        }
        return reached;
    }

    /// <summary>Returns the types that a type names in its bases, fields, signatures and code.</summary>
    static IEnumerable<TypeReference> Known(TypeDefinition type)
    {
        var named = new List<TypeReference?> { type.BaseType };
        named.AddRange(type.Interfaces.Select(face => face.InterfaceType));
        named.AddRange(type.Fields.Select(field => field.FieldType));
        named.AddRange(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        foreach (var method in type.Methods)
        {
            named.Add(method.ReturnType);
            named.AddRange(method.Parameters.Select(parameter => parameter.ParameterType));
            named.AddRange(method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
            if (!method.HasBody)
                continue;
            named.AddRange(method.Body.Variables.Select(variable => variable.VariableType));
            named.AddRange(method.Body.ExceptionHandlers.Select(handler => handler.CatchType));
            foreach (var operand in method.Body.Instructions.Select(instruction => instruction.Operand))
            {
                if (operand is TypeReference reference)
                    named.Add(reference);
                if (operand is MemberReference member)
                    named.Add(member.DeclaringType);
                if (operand is GenericInstanceMethod generic)
                    named.AddRange(generic.GenericArguments);
            }
        }
        return named.OfType<TypeReference>().SelectMany(Parts);
    }

    static IEnumerable<TypeReference> Parts(TypeReference type)
    {
        if (type is GenericInstanceType generic)
        {
            foreach (var part in generic.GenericArguments.SelectMany(Parts))
                yield return part;
        }
        if (type is FunctionPointerType pointer)
        {
            var named = pointer.Parameters.Select(parameter => parameter.ParameterType).Append(pointer.ReturnType);
            foreach (var part in named.SelectMany(Parts))
                yield return part;
        }
        else if (type is TypeSpecification specification)
        {
            foreach (var part in Parts(specification.ElementType))
                yield return part;
        }
        else if (type is not GenericParameter)
        {
            yield return type;
        }
    }

    [GeneratedRegex("(^|[^-A-Za-z])--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceLine();
}
