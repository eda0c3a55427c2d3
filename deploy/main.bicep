// The Weir service on Azure Container Apps with a PostgreSQL server beside it, and one identity for both clouds.
// az deployment group create --resource-group weir --template-file deploy/main.bicep --parameters image=… weirYaml=@weir.yaml databasePassword=…
// Afterwards: the identity gets the roles of deploy/roles at the scale sets, and Administrator on the agent pools.

@description('Region of everything in this file.')
param location string = resourceGroup().location

@description('Begins the name of each resource.')
@minLength(3)
@maxLength(20)
param name string = 'weir'

@description('The image made by deploy/container/Dockerfile, with its registry and tag.')
param image string

@description('The text of weir.yaml. publicUrl in it is the address that this deployment prints, listen is 0.0.0.0:8080.')
@secure()
param weirYaml string

@description('Password of the database user that only the service knows.')
@secure()
@minLength(16)
param databasePassword string

@description('Two or more keep the pools going while one replica is replaced; one pool is worked by one replica at a time.')
@minValue(1)
@maxValue(10)
param replicas int = 2

var databaseUser = 'weir'
var databaseName = 'weir'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-service'
  location: location
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '16'
    administratorLogin: databaseUser
    administratorLoginPassword: databasePassword
    storage: { storageSizeGB: 32 }
    backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: 'Disabled' }
  }

  resource weir 'databases' = {
    name: databaseName
  }

  // 0.0.0.0 lets in what runs inside Azure; a server in a virtual network needs no rule at all.
  resource insideAzure 'firewallRules' = {
    name: 'inside-azure'
    properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource service 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  dependsOn: [database::weir, database::insideAzure]
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        transport: 'http'
        allowInsecure: false
      }
      secrets: [
        { name: 'weir-yaml', value: weirYaml }
        {
          name: 'database-url'
          value: 'postgres://${databaseUser}:${uriComponent(databasePassword)}@${database.properties.fullyQualifiedDomainName}:5432/${databaseName}?sslmode=require'
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'weir'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: [
            { name: 'WEIR_DATABASE_URL', secretRef: 'database-url' }
            { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
          ]
          volumeMounts: [{ volumeName: 'config', mountPath: '/config' }]
          probes: [
            { type: 'Liveness', httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 30 }
            { type: 'Readiness', httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 10 }
          ]
        }
      ]
      scale: { minReplicas: replicas, maxReplicas: replicas }
      volumes: [
        {
          name: 'config'
          storageType: 'Secret'
          secrets: [{ secretRef: 'weir-yaml', path: 'weir.yaml' }]
        }
      ]
    }
  }
}

@description('Goes into publicUrl of weir.yaml, and into the hub when it asks for the address of the service.')
output address string = 'https://${service.properties.configuration.ingress.fqdn}'

@description('Goes into identity of organizations and subscriptions in weir.yaml: { kind: managedIdentity, clientId: … }.')
output identityClientId string = identity.properties.clientId

@description('Gets the roles in Azure and becomes a member of the organisation.')
output identityObjectId string = identity.properties.principalId
