// Runs the task bootBuildImage of Spring Boot's plugin with Gradle's own API: a project with the scripts that are
// the arguments, and the jar that the first argument names.
import org.gradle.testfixtures.ProjectBuilder

def (jar, properties, scripts) = [args[0], args[1], args.drop(2)]
def project = ProjectBuilder.builder().withProjectDir(new File('.').absoluteFile).withName('shop').build()
properties.split(',').findAll().each { project.ext.set(it, '') }
project.pluginManager.apply('java')
project.pluginManager.apply('org.springframework.boot')
scripts.each { project.apply(from: new File(it).absoluteFile) }
def task = project.tasks.getByName('bootBuildImage')
task.archiveFile.set(new File(jar).absoluteFile)
try {
  task.buildImage()
  // Threads of Gradle would keep the process open.
  System.exit(0)
} catch (Throwable error) {
  error.printStackTrace()
  System.exit(1)
}
