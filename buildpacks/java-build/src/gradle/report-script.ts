/**
 * An init script for Gradle 4.4 to 9. The script makes archives reproducible, and adds a task to
 * each project that reports the artifacts and resolved dependencies. The script only uses features
 * that all these versions have, and does nothing during configuration. Each project is examined in
 * its own task, as newer versions require. The task only runs if the project builds something, so
 * that nothing is resolved unnecessarily. An environment variable contains the output directory, so
 * that the text of the script is constant and Gradle compiles it only once.
 */
export const reportScript = `import groovy.json.JsonOutput
import org.gradle.api.artifacts.component.ModuleComponentIdentifier
import org.gradle.api.artifacts.component.ProjectComponentIdentifier
import org.gradle.api.artifacts.result.ResolvedDependencyResult
import org.gradle.api.tasks.bundling.AbstractArchiveTask

class LibcnbReport {
  static final NAMES = ['productionRuntimeClasspath', 'runtimeClasspath', 'compileClasspath', 'annotationProcessor', 'testRuntimeClasspath', 'testCompileClasspath']

  static Map of(project, List tasks) {
    def configurations = NAMES.collect { project.configurations.findByName(it) }.findAll { it != null && it.canBeResolved }
    [
      path: project.path, dir: project.projectDir.path, buildDir: project.layout.buildDirectory.get().asFile.path,
      coordinates: [project.group.toString(), project.name, project.version.toString()],
      archives: tasks.findAll { it instanceof AbstractArchiveTask }.collect { archive(it) },
      installations: tasks.findAll { it.name == 'installDist' }.collect { it.destinationDir.path },
      configurations: configurations.collect { resolution(it) }
    ]
  }

  // what a war of a server is to provide itself is not in it
  static Map archive(task) {
    def file = task.respondsTo('getArchiveFile') ? task.archiveFile.get().asFile : task.archivePath
    def classifier = task.respondsTo('getArchiveClassifier') ? task.archiveClassifier.getOrElse('') : task.classifier
    def types = []
    for (def type = task.class; type != null; type = type.superclass) types << type.simpleName
    def isWar = types.contains('War') && !types.contains('BootWar')
    [task: task.name, file: file.path, classifier: classifier ?: '', types: types, libraries: isWar ? task.classpath.files.collect { it.path } : null]
  }

  static Map resolution(configuration) {
    def components = [:]
    def root = configuration.incoming.resolutionResult.root
    configuration.incoming.resolutionResult.allComponents.each { component ->
      if (component.id != root.id) components[component.id.displayName] = [isModule: component.id instanceof ProjectComponentIdentifier, isPlatform: isPlatform(component), coordinates: coordinates(component), dependencies: dependencies(component)]
    }
    [name: configuration.name, dependencies: dependencies(root), components: components, files: files(configuration)]
  }

  static coordinates(component) {
    def module = component.moduleVersion
    [module.group, module.name, module.version]
  }

  static List dependencies(component) {
    def all = component.dependencies.findAll { it instanceof ResolvedDependencyResult && !(it.respondsTo('isConstraint') && it.constraint) }
    all.collect { it.selected.id.displayName }.unique()
  }

  static boolean isPlatform(component) {
    def variants = component.respondsTo('getVariants') ? component.variants : component.respondsTo('getVariant') ? [component.variant] : []
    def names = variants.collectMany { variant -> variant.attributes.keySet().findAll { it.name == 'org.gradle.category' }.collect { variant.attributes.getAttribute(it).toString() } }
    !names.empty && names.every { it.endsWith('platform') }
  }

  // the files of tests alone need not be there for what is built
  static List files(configuration) {
    if (configuration.name.startsWith('test')) return []
    def view = configuration.incoming.artifactView { it.lenient(true) }
    view.artifacts.findAll { it.id.componentIdentifier instanceof ModuleComponentIdentifier }.collect { [it.id.componentIdentifier.displayName, it.file.path] }
  }
}

if (gradle.parent == null) {
  def folder = new File(System.getenv('LIBCNB_GRADLE_REPORT'))
  def tasks = [:]
  gradle.taskGraph.whenReady { graph -> tasks = graph.allTasks.groupBy { it.project.path } }
  gradle.allprojects { project ->
    def lazily = { collection, action -> collection.respondsTo('configureEach') ? collection.configureEach(action) : collection.all(action) }
    lazily(project.tasks.withType(AbstractArchiveTask)) { task ->
      task.preserveFileTimestamps = false
      task.reproducibleFileOrder = true
    }
    def order = { tasks.keySet().toList().indexOf(project.path) }
    def write = { task ->
      task.doLast {
        def text = { try { JsonOutput.toJson(LibcnbReport.of(project, tasks[project.path])) } catch (Throwable e) { JsonOutput.toJson([path: project.path, error: e.toString()]) } }
        new File(folder, order() + '.json').setText(text(), 'UTF-8')
      }
    }
    def name = 'libcnbReport'
    project.tasks.respondsTo('register') ? project.tasks.register(name, write) : project.tasks.create(name, write)
    lazily(project.tasks) { task ->
      if (task instanceof AbstractArchiveTask || task.name == 'quarkusBuild' || task.name == 'installDist') task.finalizedBy(name)
    }
  }
}
`;
