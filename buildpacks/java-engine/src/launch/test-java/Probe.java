import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Does what a test wants to see Java do. */
class Probe {
  public static void main(String... args) throws Exception {
    switch (args[0]) {
      case "memory":
        System.out.println(Runtime.getRuntime().maxMemory() / 1048576 + " " + Runtime.getRuntime().availableProcessors());
        break;
      case "exhaust":
        List<byte[]> all = new ArrayList<>();
        while (true) all.add(new byte[1 << 20]);
      case "security":
        System.out.println(Security.getProperty(args[1]));
        break;
      case "arguments":
        for (String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) System.out.println(each);
        break;
      case "wait":
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("goodbye")));
        System.out.println("ready");
        Thread.sleep(600_000);
        break;
      case "manage":
        try (var connector = JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + args[1] + "/jmxrmi"))) {
          var bean = ManagementFactory.newPlatformMXBeanProxy(connector.getMBeanServerConnection(), ManagementFactory.RUNTIME_MXBEAN_NAME, RuntimeMXBean.class);
          System.out.println(bean.getSpecVersion());
        }
        break;
      default:
        throw new IllegalArgumentException(args[0]);
    }
  }
}
