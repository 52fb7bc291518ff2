// The fields of the two documents that are no Kubernetes objects, in the form of the made tables beside this one; written by hand.
// Cluster is hopspec's own; KubeProxyConfiguration is kube-proxy's (v1alpha1, of v1.13 and of v1.36 together).
export const OWN_FIELDS = `hopspec/v1 Cluster Cluster
kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration KubeProxyConfiguration

Cluster
  apiVersion string
  kind string
  metadata any
  kubernetesVersion string
  networking Networking
  builtins string
  addons []string
  ignoreKinds []string
  kubelets Kubelets
  nodes []ClusterNode
  externalClients []ExternalClient
  dns Dns
  images []Image
Networking
  ipFamily string
  podSubnet string
  serviceSubnet string
  kubeProxyMode string
  cni any
Kubelets
  startSeconds number
  stopSeconds number
  events boolean
ClusterNode
  name! string
  role string
  addresses []string
  containerRuntime string
  bip string
  podCIDRs []string
  labels map string
  kernel Kernel
Kernel
  nfacct boolean
ExternalClient
  name! string
  address! string
  listens []Listen
  answers string
Dns
  corefile string
  upstream []Upstream
Upstream
  name! string
  type! string
  ttl int32
  data! string
Image
  image! string
  listens []Listen
  answers string
Listen
  port! int32
  protocol string
KubeProxyConfiguration
  apiVersion string
  kind string
  metadata any
  bindAddress string
  bindAddressHardFail boolean
  healthzBindAddress string
  metricsBindAddress string
  enableProfiling boolean
  showHiddenMetricsForVersion string
  hostnameOverride string
  clientConnection any
  logging any
  mode string
  iptables ProxyIptables
  nftables ProxyNftables
  ipvs ProxyIpvs
  winkernel any
  windowsRunAsService boolean
  detectLocalMode string
  detectLocal DetectLocal
  clusterCIDR string
  nodePortAddresses []string
  oomScoreAdj int32
  conntrack ProxyConntrack
  configSyncPeriod any
  portRange string
  udpIdleTimeout any
  resourceContainer string
  featureGates map boolean
ProxyIptables
  masqueradeBit int32
  masqueradeAll boolean
  localhostNodePorts boolean
  syncPeriod any
  minSyncPeriod any
ProxyNftables
  masqueradeBit int32
  masqueradeAll boolean
  syncPeriod any
  minSyncPeriod any
ProxyIpvs
  scheduler string
  strictARP boolean
  excludeCIDRs []string
  syncPeriod any
  minSyncPeriod any
  tcpTimeout any
  tcpFinTimeout any
  udpTimeout any
DetectLocal
  bridgeInterface string
  interfaceNamePrefix string
ProxyConntrack
  maxPerCore int32
  max int32
  min int32
  tcpEstablishedTimeout any
  tcpCloseWaitTimeout any
  tcpBeLiberal boolean
  udpTimeout any
  udpStreamTimeout any
`
