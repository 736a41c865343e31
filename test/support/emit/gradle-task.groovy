// Runs the configuration of a Gradle task with a recorder in place of Gradle, and prints each assignment.
class Project {
  boolean hasProperty(String name) { name == 'publish' }
}

class Recorder {
  String path

  def invokeMethod(String name, Object given) {
    def all = given as List
    if (!(all && all.last() instanceof Closure)) throw new MissingMethodException(name, Recorder, given as Object[])
    new Recorder(path: "${path}${name}/").run(all.last())
  }

  def getProject() { new Project() }

  void run(Closure body) {
    body.delegate = this
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body()
  }

  void setProperty(String name, Object value) {
    if (name == 'path') this.@path = value
    else println "${path}${name}=${value.inspect()}"
  }
}

def script = new GroovyShell().parse(new File(args[0]))
script.binding.setVariable('tasks', [named: { String name, Closure body -> new Recorder(path: "${name}/").run(body) }])
script.run()
