// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace tailspan::test {

/// A scaling configuration in sections, with the figures of the target's own: what it declares contradicts itself in
/// several places.
inline constexpr std::string_view kSectionedScaling = R"(database:
  maxConnections: 1000
  connectionPoolSize: 50
  readReplicas: 3
performance:
  connectionPooling: {maxOpen: 100, maxIdle: 10, idleTimeout: 300}
  caching:
    redisTtl: 3600
    cdnTtl: 7200
    browserCacheTtl: 86400
cdn: {enabled: true, provider: cloudflare, cacheTtl: 3600}
hpa:
  compliance-dashboard:
    minReplicas: 3
    maxReplicas: 20
    cpuTarget: 70
    memoryTarget: 80
    customMetrics:
      - {name: http_requests_per_second, target: 100}
  automated-reporting: {minReplicas: 2, maxReplicas: 10, cpuTarget: 60, memoryTarget: 75}
  quantum-iot-integration: {minReplicas: 3, maxReplicas: 15, cpuTarget: 75, memoryTarget: 85}
vpa:
  compliance-dashboard: {minCpu: 500m, maxCpu: 2000m, minMemory: 512Mi, maxMemory: 2Gi}
  automated-reporting: {minCpu: 200m, maxCpu: 1000m, minMemory: 256Mi, maxMemory: 1Gi}
  quantum-iot-integration: {minCpu: 300m, maxCpu: 1500m, minMemory: 256Mi, maxMemory: 1Gi}
clusterAutoscaling: {enabled: true, minNodes: 3, maxNodes: 10, scaleUpThreshold: 0.8, scaleDownThreshold: 0.3}
resourceQuotas:
  namespace: mesh
  limits: {cpu: 20, memory: 40Gi, pods: 50, services: 20}
monitoring:
  prometheus: {scrapeInterval: 15s}
  alertManager:
    rules:
      - {name: HighCPUUsage, condition: cpu_usage > 90, duration: 5m, severity: critical}
      - {name: HighMemoryUsage, condition: memory_usage > 95, duration: 5m, severity: critical}
      - {name: ServiceDown, condition: up == 0, duration: 1m, severity: critical}
loadTest:
  limits: {cpu: 80, memory: 85}
)";

/// Manifests of one service.
inline constexpr std::string_view kManifests = R"(# a service and what scales it
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: payment-hpa, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: payment}
  minReplicas: 2
  maxReplicas: 8
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
    - type: Pods
      pods: {metric: {name: queue_length}, target: {type: AverageValue, averageValue: "30"}}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      selectPolicy: Max
      policies:
        - {type: Percent, value: 100, periodSeconds: 15}
        - {type: Pods, value: 4, periodSeconds: 15}
    scaleDown: {stabilizationWindowSeconds: 120}
---
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: payment, namespace: shop, labels: {app.kubernetes.io/version: 1.4.2}}
    spec:
      replicas: 3
      strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 0}}
      template:
        spec:
          containers:
            - name: app
              image: registry.example/payment:1.4.2
              env:
                - {name: DB_POOL_MAX, value: "12"}
                - {name: UV_THREADPOOL_SIZE, value: "16"}
                - {name: NODE_OPTIONS, value: --max-old-space-size=384}
                - {name: DATABASE_URL, value: "postgresql://app:secret@db/app?connection_limit=9&x=1"}
              readinessProbe: {initialDelaySeconds: 20}
              resources:
                requests: {cpu: 250m, memory: 256Mi}
                limits: {memory: 512Mi}
            - name: proxy
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}
  - apiVersion: v1
    kind: Service
    metadata: {name: payment}
---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: payment-vpa, namespace: shop}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: payment}
  updatePolicy: {updateMode: "Off"}
  resourcePolicy:
    containerPolicies:
      - containerName: '*'
        controlledResources: [cpu]
        minAllowed: {cpu: 100m, memory: 128Mi}
        maxAllowed: {cpu: "1", memory: 1Gi}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec:
  hard: {pods: "10", requests.cpu: "4", limits.cpu: "8", requests.memory: 4Gi}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec:
  limits:
    - {type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m, memory: 128Mi}}
)";

} // namespace tailspan::test
