package libcnb;

import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.maven.RepositoryUtils;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.handler.ArtifactHandler;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.DependencyManagement;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.ArtifactTypeRegistry;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.repository.LocalArtifactRequest;
import org.eclipse.aether.repository.LocalRepositoryManager;
import org.eclipse.aether.util.graph.transformer.ConflictResolver;

/**
 * What was resolved for a module, with all that depends on each: Maven itself keeps of several who need a library only the one
 * nearest to the module, so the graph is collected once more, from what is in the memory of the run.
 */
final class ResolvedGraph {
  private final RepositorySystem system;
  private final RepositorySystemSession session;
  private final MavenProject project;
  private final Map<String, Artifact> resolved = new HashMap<>();
  /** The library that won, by what it is called without its version. */
  private final Map<String, DependencyNode> winners = new LinkedHashMap<>();
  /** By that name: the names of what it needs. */
  private final Map<String, Set<String>> edges = new HashMap<>();

  ResolvedGraph(RepositorySystem system, RepositorySystemSession session, MavenProject project) {
    this.system = system;
    this.session = session;
    this.project = project;
    for (Artifact artifact : project.getArtifacts()) resolved.put(keyOf(RepositoryUtils.toArtifact(artifact)), artifact);
  }

  void into(Json json) throws Exception {
    DefaultRepositorySystemSession verbose = new DefaultRepositorySystemSession(session);
    verbose.setConfigProperty(ConflictResolver.CONFIG_PROP_VERBOSE, Boolean.TRUE);
    DependencyNode root = system.collectDependencies(verbose, request()).getRoot();
    String start = "";
    edges.put(start, new LinkedHashSet<>());
    for (DependencyNode child : root.getChildren()) visit(start, child);
    json.list("dependencies", idsOf(edges.get(start)));
    json.list("resolved", libraries());
  }

  /** As Maven itself asks for a project's dependencies. */
  private CollectRequest request() {
    CollectRequest request = new CollectRequest();
    request.setRootArtifact(RepositoryUtils.toArtifact(project.getArtifact()));
    request.setRequestContext("project");
    request.setRepositories(project.getRemoteProjectRepositories());
    ArtifactTypeRegistry types = session.getArtifactTypeRegistry();
    for (Dependency each : project.getDependencies()) {
      if (each.getArtifactId() == null || each.getArtifactId().isEmpty()) continue;
      request.addDependency(RepositoryUtils.toDependency(each, types));
    }
    DependencyManagement management = project.getDependencyManagement();
    if (management != null)
      for (Dependency each : management.getDependencies())
        request.addManagedDependency(RepositoryUtils.toDependency(each, types));
    return request;
  }

  private void visit(String parent, DependencyNode node) {
    org.eclipse.aether.artifact.Artifact artifact = node.getArtifact();
    if (artifact == null) return;
    String key = keyOf(artifact);
    edges.get(parent).add(key);
    if (node.getData().get(ConflictResolver.NODE_DATA_WINNER) != null || winners.containsKey(key)) return;
    winners.put(key, node);
    edges.put(key, new LinkedHashSet<>());
    for (DependencyNode child : node.getChildren()) visit(key, child);
  }

  private List<String> libraries() {
    List<String> libraries = new ArrayList<>();
    for (Map.Entry<String, DependencyNode> each : winners.entrySet()) libraries.add(libraryOf(each.getKey(), each.getValue()));
    return libraries;
  }

  private String libraryOf(String key, DependencyNode node) {
    org.eclipse.aether.artifact.Artifact artifact = node.getArtifact();
    Artifact own = resolved.get(key);
    org.eclipse.aether.graph.Dependency dependency = node.getDependency();
    Json json = new Json();
    json.text("id", idOf(artifact)).text("group", artifact.getGroupId()).text("name", artifact.getArtifactId());
    json.text("version", artifact.getBaseVersion()).text("type", typeOf(artifact, own)).text("classifier", artifact.getClassifier());
    json.text("scope", own != null ? own.getScope() : dependency.getScope());
    json.flag("optional", Boolean.TRUE.equals(dependency.getOptional()));
    json.flag("isModule", isModule(artifact));
    json.file("file", own != null ? own.getFile() : null).file("pom", pomOf(artifact, node));
    return json.list("dependencies", idsOf(edges.get(key))).toString();
  }

  private boolean isModule(org.eclipse.aether.artifact.Artifact artifact) {
    String id = artifact.getGroupId() + ":" + artifact.getArtifactId() + ":" + artifact.getBaseVersion();
    return project.getProjectReferences().containsKey(id);
  }

  private List<String> idsOf(Collection<String> keys) {
    List<String> ids = new ArrayList<>();
    for (String key : keys) {
      DependencyNode winner = winners.get(key);
      if (winner != null) ids.add(Json.quoted(idOf(winner.getArtifact())));
    }
    return ids;
  }

  /** Where the run has it: a repository of this machine, which may be split into several. */
  private File pomOf(org.eclipse.aether.artifact.Artifact artifact, DependencyNode node) {
    LocalRepositoryManager manager = session.getLocalRepositoryManager();
    org.eclipse.aether.artifact.Artifact pom =
        new DefaultArtifact(artifact.getGroupId(), artifact.getArtifactId(), null, "pom", artifact.getVersion());
    File file = manager.find(session, new LocalArtifactRequest(pom, node.getRepositories(), null)).getFile();
    return file != null && file.isFile() ? file : null;
  }

  private static String typeOf(org.eclipse.aether.artifact.Artifact artifact, Artifact own) {
    ArtifactHandler handler = own == null ? null : own.getArtifactHandler();
    return handler != null && handler.getExtension() != null ? handler.getExtension() : artifact.getExtension();
  }

  private static String keyOf(org.eclipse.aether.artifact.Artifact artifact) {
    return String.join(":", artifact.getGroupId(), artifact.getArtifactId(), artifact.getExtension(), artifact.getClassifier());
  }

  private static String idOf(org.eclipse.aether.artifact.Artifact artifact) {
    String id = String.join(":", artifact.getGroupId(), artifact.getArtifactId(), artifact.getBaseVersion());
    String classifier = artifact.getClassifier();
    boolean isPlain = classifier.isEmpty() && artifact.getExtension().equals("jar");
    if (isPlain) return id;
    return id + ":" + artifact.getExtension() + (classifier.isEmpty() ? "" : ":" + classifier);
  }
}
