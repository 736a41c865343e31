package libcnb;

import java.io.File;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.eventspy.AbstractEventSpy;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.model.License;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.PlexusContainer;
import org.eclipse.aether.RepositorySystem;

/**
 * Writes what Maven builds, and of what, into the file that the property libcnb.report names, as JSON.
 *
 * In the same run and from what that run has resolved: no plugin must be downloaded for it, it works without a network, and
 * it is right for what was built, whatever profiles and properties were set.
 */
@Named
@Singleton
public final class ProjectReport extends AbstractEventSpy {
  private final List<String> modules = new ArrayList<>();
  private PlexusContainer container;

  @Override
  public void init(Context context) {
    container = (PlexusContainer) context.getData().get("plexus");
  }

  @Override
  public void onEvent(Object event) throws Exception {
    if (!(event instanceof ExecutionEvent)) return;
    ExecutionEvent execution = (ExecutionEvent) event;
    switch (execution.getType()) {
      case ProjectSucceeded:
        add(execution);
        return;
      case SessionEnded:
        write();
        return;
      default:
    }
  }

  /** Modules may be built at the same time. */
  private void add(ExecutionEvent event) {
    String module = moduleOf(event);
    synchronized (modules) {
      modules.add(module);
    }
  }

  private String moduleOf(ExecutionEvent event) {
    MavenProject project = event.getProject();
    Json json = new Json();
    json.text("group", project.getGroupId()).text("name", project.getArtifactId()).text("version", project.getVersion());
    json.text("packaging", project.getPackaging()).file("folder", project.getBasedir());
    json.text("output", project.getBuild().getDirectory()).text("finalName", project.getBuild().getFinalName());
    json.text("goal", goalOf(event)).list("licenses", licensesOf(project)).list("files", filesOf(project));
    try {
      RepositorySystem system = container.lookup(RepositorySystem.class);
      new ResolvedGraph(system, event.getSession().getRepositorySession(), project).into(json);
    } catch (Exception | LinkageError error) {
      // a build that succeeded does not fail for its bill of materials
      json.text("error", String.valueOf(error));
    }
    return json.toString();
  }

  private static String goalOf(ExecutionEvent event) {
    return String.join(" ", event.getSession().getGoals());
  }

  private static List<String> licensesOf(MavenProject project) {
    List<String> names = new ArrayList<>();
    for (License license : project.getLicenses()) {
      String name = license.getName() != null ? license.getName() : license.getUrl();
      if (name != null) names.add(Json.quoted(name));
    }
    return names;
  }

  /** The main file of a module first, then what plugins attached. */
  private static List<String> filesOf(MavenProject project) {
    List<String> files = new ArrayList<>();
    List<Artifact> artifacts = new ArrayList<>();
    artifacts.add(project.getArtifact());
    artifacts.addAll(project.getAttachedArtifacts());
    for (Artifact artifact : artifacts) {
      File file = artifact.getFile();
      if (file == null || !file.isFile()) continue;
      files.add(new Json().file("file", file).text("type", artifact.getType()).text("classifier", artifact.getClassifier()).toString());
    }
    return files;
  }

  private void write() throws Exception {
    String path = System.getProperty("libcnb.report");
    if (path == null) return;
    try (Writer writer = Files.newBufferedWriter(Paths.get(path), StandardCharsets.UTF_8)) {
      writer.write(new Json().list("modules", modules).toString());
    }
  }
}
