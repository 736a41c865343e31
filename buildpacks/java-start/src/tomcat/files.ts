/**
 * The content of Tomcat's `conf/server.xml`. The configuration has one connector, which opens its
 * port when the app is ready. It has no shutdown port and no components that write files. Tomcat
 * respects headers of a proxy.
 */
export const serverXml = `<?xml version="1.0" encoding="UTF-8"?>
<Server port="-1">
  <Listener className="org.apache.catalina.core.JreMemoryLeakPreventionListener"/>
  <Service name="Catalina">
    <Connector port="\${port.http}" bindOnInit="false" maxParameterCount="1000"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps" autoDeploy="false" createDirs="false" unpackWARs="false" workDir="\${java.io.tmpdir}/tomcat-work">
        <Valve className="org.apache.catalina.valves.RemoteIpValve" protocolHeader="x-forwarded-proto"/>
        <Valve className="org.apache.catalina.valves.AccessLogValve" enabled="\${access.logging.enabled}" pattern="combined"
               directory="\${access.logging.directory}" prefix="\${access.logging.file}" suffix="" fileDateFormat="" rotatable="false" buffered="false"/>
        <Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="false" showServerInfo="false"/>
      </Host>
    </Engine>
  </Service>
</Server>
`;

/** The content of `conf/logging.properties`, which sends all logs to the container's output. */
export const loggingProperties = `handlers = java.util.logging.ConsoleHandler
.handlers = java.util.logging.ConsoleHandler
java.util.logging.ConsoleHandler.level = FINE
java.util.logging.ConsoleHandler.formatter = org.apache.juli.OneLineFormatter
java.util.logging.ConsoleHandler.encoding = UTF-8
`;

/**
 * The script that starts Tomcat like Tomcat's own script, without parts that are useless in a
 * container. On Java 8, the script omits `--add-opens`, because Java 8 does not support that
 * option. The user's options come last, so that they take precedence.
 */
export const tomcatScript = `#!/bin/sh
# tomcat: becomes the Tomcat of this layer.
home=\${0%/bin/*}
java=\${JAVA_HOME:+$JAVA_HOME/bin/}java
modules=
if [ -e "\${JAVA_HOME-}/lib/modules" ]; then
  for package in java.base/java.lang java.base/java.lang.reflect java.base/java.io java.base/java.util java.base/java.util.concurrent java.rmi/sun.rmi.transport; do
    modules="$modules --add-opens=$package=ALL-UNNAMED"
  done
fi
# Tomcat writes lines of requests to files alone, and what a container writes to is often none that can be opened: they take a pipe. It opens
# the file also where it is to write none, and waits for ever at a pipe that nobody reads: the name is another one each time.
log=/dev/null
requests=false
if [ "\${BPL_TOMCAT_ACCESS_LOGGING_ENABLED-}" = true ] && folder=$(mktemp -d) && mkfifo -m 600 "$folder/requests"; then
  log=$folder/requests
  { cat "$log"; rm -r "$folder"; } &
  requests=true
fi
exec "$java" -cp "$home/bin/bootstrap.jar:$home/bin/tomcat-juli.jar" $modules \\
  -Dcatalina.home="$home" -Dcatalina.base="$home" \\
  -Djava.util.logging.config.file="$home/conf/logging.properties" \\
  -Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager \\
  -Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource \\
  -Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true \\
  -Dport.http="\${PORT:-8080}" -Daccess.logging.enabled="$requests" \\
  -Daccess.logging.directory="\${log%/*}" -Daccess.logging.file="\${log##*/}" \\
  \${JAVA_OPTS-} \${CATALINA_OPTS-} org.apache.catalina.startup.Bootstrap start
`;
