// What can be chosen about a stack. The defaults are those of a small Supabase project.

extension LocalStack {
    package struct Configuration: Sendable, Hashable {
        /// What becomes of the data when the machine (not only a process) stops hard.
        package enum Durability: Sendable, Hashable {
            /// PostgreSQL's own defaults.
            case durable
            /// Nothing is flushed. For data that a test made and nobody will miss.
            case fast
        }

        /// Where everything is kept. Made if it is not there. When this process is root it must be where the operating
        /// system's user `postgres` can reach it; see `defaultDirectory(forCheckout:)`.
        package var directory: String
        /// The pooler's port, or the first free one above it.
        package var preferredPoolerPort: Int
        /// PostgreSQL's port, or the first free one above it.
        package var preferredServerPort: Int
        package var durability: Durability
        /// PostgreSQL's `max_connections`. Every test database has a pool of its own.
        package var maxConnections: Int
        /// Server connections per role and database: `default_pool_size`, 15 as on Supabase.
        package var poolSize: Int
        /// Clients the pooler takes in all: `max_client_conn`.
        package var maxClients: Int

        package init(
            directory: String,
            preferredPoolerPort: Int = 6543,
            preferredServerPort: Int = 54321,
            durability: Durability = .durable,
            maxConnections: Int = 100,
            poolSize: Int = 15,
            maxClients: Int = 500
        ) {
            self.directory = directory
            self.preferredPoolerPort = preferredPoolerPort
            self.preferredServerPort = preferredServerPort
            self.durability = durability
            self.maxConnections = maxConnections
            self.poolSize = poolSize
            self.maxClients = maxClients
        }
    }
}
