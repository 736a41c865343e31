// Runs a Jenkinsfile with a recorder in place of Jenkins' steps. It prints each call with its nesting, each
// assignment of an environment variable, and the texts of scripts in base64.
class Recorder {
  String path = ''

  def invokeMethod(String name, Object given) {
    def all = given as List
    def body = all && all.last() instanceof Closure ? all.last() : null
    def values = body ? all.dropRight(1) : all
    def text = name == 'sh' ? values.collect { it.toString().bytes.encodeBase64() } : values
    println "call ${path}${name} ${text.join(' ')}".trim()
    if (body) new Recorder(path: "${path}${name}/").run(body)
    name == 'credentials' ? "the secret ${values[0]}" : null
  }

  void run(Closure body) {
    body.delegate = this
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body()
  }

  void setProperty(String name, Object value) {
    if (name == 'path') this.@path = value
    else println "set ${path}${name}=${value}"
  }
}

def shell = new GroovyShell()
def script = shell.parse(new File(args[0]))
script.metaClass.methodMissing = { String name, Object given -> new Recorder().invokeMethod(name, given) }
script.run()
